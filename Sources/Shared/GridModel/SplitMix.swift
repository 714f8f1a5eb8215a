extension UInt64 {
    /// What SplitMix64 adds to its state at each step: the golden ratio's share of 2^64, odd.
    @inlinable package static var splitMixStep: UInt64 { 0x9e37_79b9_7f4a_7c15 }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the input moves
    /// every bit of the result, so that neighbouring numbers get unrelated ones.
    @inlinable package var scrambled: UInt64 {
        var value = self
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
