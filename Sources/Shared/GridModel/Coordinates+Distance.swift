extension Coordinates {
    /// Metres of one degree along a meridian, of a sphere as large as the earth.
    private static let metresPerDegree = 111_194.9266

    /// Metres to another place, as the crow flies. Exact to a thousandth within a city; farther
    /// away it only has to be far.
    package func metres(to other: Coordinates) -> Double {
        let north = (other.latitude - latitude) * Self.metresPerDegree
        var degrees = (other.longitude - longitude).magnitude
        if degrees > 180 { degrees = 360 - degrees }
        let middle = (latitude + other.latitude) / 2
        let east = degrees * Self.metresPerDegree * Self.cosine(degrees: middle)
        return (north * north + east * east).squareRoot()
    }

    /// The cosine of −90° to 90°, by its series: pure code has no library of functions.
    private static func cosine(degrees: Double) -> Double {
        let square = (degrees * .pi / 180) * (degrees * .pi / 180)
        var term = 1.0
        var sum = 1.0
        for step in stride(from: 2.0, through: 16, by: 2) {
            term *= -square / (step * (step - 1))
            sum += term
        }
        return sum
    }
}
