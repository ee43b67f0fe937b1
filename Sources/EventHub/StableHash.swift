/// A hash that is the same on every machine and in every run, for the partition of a key and for file names.
package enum StableHash {
  /// FNV-1a of 64 bits (Fowler, Noll, Vo); both constants are its own.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
