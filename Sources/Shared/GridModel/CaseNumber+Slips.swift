extension CaseNumber {
    /// The numbers that may be meant when somebody writes this one with the check digit `check`,
    /// which is not its own: each is one slip of the pen away.
    ///
    /// Slips are a wrong digit, the check digit included, and two neighbours swapped. The first is
    /// this number itself.
    package func slips(writtenWithCheck check: Int) -> [CaseNumber] {
        let written = description.dropFirst(prefix.utf8.count + 1).compactMap(\.wholeNumberValue)
            .dropLast()
        var found = [self]
        func note(_ digits: [Int], check: Int) {
            guard let number = number(of: digits), number.checkDigit == check,
                !found.contains(number)
            else { return }
            found.append(number)
        }
        for place in written.indices {
            var digits = Array(written)
            for digit in 0...9 where digit != written[place] {
                digits[place] = digit
                note(digits, check: check)
            }
            digits = Array(written) + [check]
            digits.swapAt(place, place + 1)
            note(digits.dropLast(), check: digits[written.count])
        }
        return found
    }

    private func number(of digits: [Int]) -> CaseNumber? {
        let year = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        var serial: UInt64 = 0
        for digit in digits.dropFirst(4) {
            let (shifted, overflows) = serial.multipliedReportingOverflow(by: 10)
            let (sum, carries) = shifted.addingReportingOverflow(UInt64(digit))
            guard !overflows, !carries else { return nil }
            serial = sum
        }
        return serial == 0 ? nil : CaseNumber(prefix: prefix, year: year, serial: serial)
    }
}
