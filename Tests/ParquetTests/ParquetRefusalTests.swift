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
    #expect(
      error?.description == """
        a new file, column 's': row \(row) is not UTF-8 text.
        Write the column as UTF-8, or as hexadecimal digits if it is no text.
        """)
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
    #expect(error?.description.hasPrefix("a new file, column 'a': another column is called 'a'.") == true)
    let file = try ParquetFile(bytes: ParquetWriter.encode(table("a", "A")), name: "test")
    #expect(try file.read(columns: ["A"]).columns[0] == Column(.long([1])))
    #expect(try file.readAll(as: ["x", "y"]).rows.schema.names == ["x", "y"])
    let other = try ParquetFile(bytes: ParquetWriter.encode(table("Ab", "aB")), name: "test")
    #expect(throws: ParquetError.self) { try other.read(columns: ["ab"]) }
  }

  @Test("that we wrote are refused with any bit of any byte flipped", arguments: ParquetCodec.allCases)
  func flips(codec: ParquetCodec) throws {
    let table = try Table(
      schema: Schema([Field("n", .long), Field("name", .string, isNullable: false)]),
      rows: [[.integer(7), .string("seven")], [.null, .string("none")], [.integer(-1), .string("")]])
    let bytes = try ParquetWriter.encode(table, codec: codec, rowsPerGroup: 2)
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        #expect(throws: ParquetError.self, "bit \(bit) of byte \(place)") {
          try ParquetFile(bytes: damaged, name: "test").read()
        }
      }
    }
  }

  @Test("of the version before, without checksums of ours, are read")
  func unsealed() throws {
    let table = Self.file([[0x61]])
    var bytes = try ParquetWriter.encode(table)
    // As another writer's name, which has no seal to look for.
    for (old, new) in [("groundswell.crc32", "groundswell.crc33"), ("(build 2)", "(build 1)")] {
      for start in bytes.indices where bytes[start...].starts(with: old.utf8) {
        bytes.replaceSubrange(start..<start + old.utf8.count, with: new.utf8)
      }
    }
    #expect(try ParquetFile(bytes: bytes, name: "test").read() == table)
  }
}
