/// A cyclic redundancy check of 32 bits, eight bytes at a time: "slicing by 8" after Kounavis and Berry 2005.
package struct CRC32: Sendable {
  /// Castagnoli's polynomial (RFC 3720, appendix B.4), 0x1EDC6F41, with its bits reversed.
  package static let castagnoli = CRC32(reversedPolynomial: 0x82F6_3B78)
  /// The polynomial of Ethernet, gzip and Parquet's pages (RFC 1952), 0x04C11DB7, with its bits reversed.
  package static let ethernet = CRC32(reversedPolynomial: 0xEDB8_8320)

  /// Table `k` advances a byte by `k` further bytes.
  private let tables: [UInt32]

  private init(reversedPolynomial polynomial: UInt32) {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? polynomial : 0) }
      tables[byte] = value
    }
    for index in 256..<8 * 256 {
      let previous = tables[index - 256]
      tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
    }
    self.tables = tables
  }

  /// The checksum of the bytes.
  package func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var crc: UInt32 = .max
      var position = 0
      while position + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
        crc =
          tables[7 * 256 + Int(word & 0xFF)] ^ tables[6 * 256 + Int(word >> 8 & 0xFF)]
          ^ tables[5 * 256 + Int(word >> 16 & 0xFF)] ^ tables[4 * 256 + Int(word >> 24 & 0xFF)]
          ^ tables[3 * 256 + Int(word >> 32 & 0xFF)] ^ tables[2 * 256 + Int(word >> 40 & 0xFF)]
          ^ tables[256 + Int(word >> 48 & 0xFF)] ^ tables[Int(word >> 56)]
        position += 8
      }
      while position < bytes.count {
        crc = crc >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[position])]
        position += 1
      }
      return ~crc
    }
  }
}
