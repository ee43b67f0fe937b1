/// A hash that is the same on every machine and in every run, as a key's partition and a file's name must be.
package enum StableHash {
  /// FNV-1a of 64 bits (Fowler, Noll, Vo); both constants are its own.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
