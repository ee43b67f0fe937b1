import Columnar
import Parquet
import Testing

@Suite("Parquet files are right, or refused by what is the matter")
struct ParquetRefusalTests {
  static func file(_ texts: [[UInt8]]) -> Table {
    var values = StringValues()
    for text in texts { values.append(text) }
    return Table(schema: Schema([Field("s", .string)]), columns: [Column(.string(values))])
  }

  @Test(
    "never hold texts that are not UTF-8",
    arguments: [
      ([[0x61], [0xFF, 0xFE]], 2), ([[0xE9]], 1), ([[0x61], [], [0x62, 0x80]], 3),
      // Two halves of a character, which are none by themselves.
      ([[0x61, 0xC3], [0xA9]], 1),
    ] as [([[UInt8]], Int)])
  func invalidText(texts: [[UInt8]], row: Int) {
    let error = #expect(throws: ParquetError.self) { try ParquetWriter.encode(Self.file(texts)) }
    #expect(error?.description == "a new file, column 's': row \(row) is not UTF-8 text")
  }

  @Test("hold any text that is UTF-8")
  func validText() throws {
    let table = Self.file([Array("é".utf8), [], Array("🌊".utf8), [0]])
    #expect(try ParquetFile(bytes: ParquetWriter.encode(table), name: "test").read() == table)
  }

  @Test("never have two columns of one name; of names that differ by case each is found by its own")
  func names() throws {
    func table(_ names: String...) -> Table {
      Table(
        schema: Schema(names.map { Field($0, .long) }),
        columns: names.indices.map { Column(.long([Int64($0)])) })
    }
    let error = #expect(throws: ParquetError.self) { try ParquetWriter.encode(table("a", "b", "a")) }
    #expect(error?.description.hasPrefix("a new file, column 'a': another column is called 'a'") == true)
    let file = try ParquetFile(bytes: ParquetWriter.encode(table("a", "A")), name: "test")
    #expect(try file.read(columns: ["A"]).columns[0] == Column(.long([1])))
    #expect(try file.readAll(as: ["x", "y"]).rows.schema.names == ["x", "y"])
    let other = try ParquetFile(bytes: ParquetWriter.encode(table("Ab", "aB")), name: "test")
    #expect(throws: ParquetError.self) { try other.read(columns: ["ab"]) }
  }

  /// The one exception: who wrote the file, which says whether there is a checksum.
  @Test(
    "that we wrote are refused with a bit of any byte flipped, or have the same rows",
    arguments: ParquetCodec.allCases)
  func flips(codec: ParquetCodec) throws {
    let table = try Table(
      schema: Schema([Field("n", .long), Field("name", .string, isNullable: false)]),
      rows: [[.integer(7), .string("seven")], [.null, .string("none")], [.integer(-1), .string("")]])
    let bytes = try ParquetWriter.encode(table, codec: codec, rowsPerGroup: 2)
    var unnoticed: Set<Int> = []
    for place in bytes.indices {
      // Codecs differ in the pages alone, where each bit counts alike.
      for bit in codec == .uncompressed ? 0..<8 : place % 8..<place % 8 + 1 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        let read = try? ParquetFile(bytes: damaged, name: "test").read()
        #expect(read == nil || read == table, "bit \(bit) of byte \(place)")
        if read != nil { unnoticed.insert(place) }
      }
    }
    let writer = bytes.indices.first { bytes[$0...].starts(with: "groundswell version".utf8) } ?? 0
    #expect(unnoticed.isSubset(of: writer - 3..<bytes.count), "\(unnoticed.sorted())")
  }

  @Test("of the version before, without checksums of ours, are read")
  func unsealed() throws {
    let table = Self.file([[0x61]])
    var bytes = try ParquetWriter.encode(table)
    for start in bytes.indices where bytes[start...].starts(with: "(build 2)".utf8) { bytes[start + 7] = 0x31 }
    #expect(try ParquetFile(bytes: bytes, name: "test").read() == table)
  }

  @Test("of other writers are read though they copied the metadata of one of ours")
  func copied() throws {
    let table = Self.file([[0x61]])
    var bytes = try ParquetWriter.encode(table)
    for start in bytes.indices where bytes[start...].starts(with: "groundswell version".utf8) { bytes[start] = 0x61 }
    for start in bytes.indices where bytes[start...].starts(with: "groundswell.crc32".utf8) { bytes[start + 20] = 0x61 }
    #expect(try ParquetFile(bytes: bytes, name: "test").read() == table)
  }
}
