import CivilTime
import Columnar
import JSONText
import Parquet
import Testing

@Suite("Parquet files")
struct ParquetFileTests {
  static let types: [DataType] = [
    .boolean, .integer, .long, .double, .string, .timestamp, .date, .decimal(precision: 9, scale: 2),
    .decimal(precision: 18, scale: 0), .decimal(precision: 38, scale: 38),
  ]
  static let schema = Schema(
    types.flatMap { [Field("\($0.name)", $0), Field("required_\($0.name)", $0, isNullable: false)] })

  static func decimal(_ digits: Int128, _ scale: Int) -> Value { .decimal(DecimalNumber(digits: digits, scale: scale)) }

  static func time(_ microseconds: Int64) -> Value { .timestamp(Timestamp(microseconds: microseconds)) }

  static let extremes: [[Value]] = [
    [
      .boolean(true), .integer(Int64(Int32.min)), .integer(.min), .double(-.infinity), .string(""), time(-1),
      .date(CivilDate(year: 1, month: 1, day: 1)), decimal(-999_999_999, 2), decimal(-999_999_999_999_999_999, 0),
      decimal(-99_999_999_999_999_999_999_999_999_999_999_999_999, 38),
    ],
    [
      .boolean(false), .integer(Int64(Int32.max)), .integer(.max), .double(.greatestFiniteMagnitude),
      .string("🌊 ünïcode\n\0"), time(253_402_300_799_999_999),
      .date(CivilDate(year: 9999, month: 12, day: 31)), decimal(999_999_999, 2), decimal(999_999_999_999_999_999, 0),
      decimal(99_999_999_999_999_999_999_999_999_999_999_999_999, 38),
    ],
    [
      .boolean(true), .integer(0), .integer(0), .double(-0.0), .string(String(repeating: "x", count: 100_000)), time(0),
      .date(CivilDate(daysSinceEpoch: 0)), decimal(0, 2), decimal(-1, 0), decimal(1, 38),
    ],
  ]

  static func rows(_ rows: [[Value]], withNulls: Bool) -> [[Value]] {
    rows.enumerated().map { index, row in
      row.enumerated().flatMap { [withNulls && (index + $0.offset) % 3 == 0 ? Value.null : $0.element, $0.element] }
    }
  }

  @Test("come back as they were written", arguments: ParquetCodec.allCases, [false, true])
  func roundTrip(codec: ParquetCodec, withNulls: Bool) throws {
    for count in [0, 1, 3, 20] {
      let rows = (0..<count).map { Self.extremes[$0 % 3] }
      let table = try Table(schema: Self.schema, rows: Self.rows(rows, withNulls: withNulls))
      let bytes = try ParquetWriter.encode(table, codec: codec, rowsPerGroup: 7)
      let file = try ParquetFile(bytes: bytes, name: "test")
      #expect(file.schema == Self.schema)
      #expect(try file.read() == table)
    }
  }

  @Test("keep NaN and both zeros")
  func doubles() throws {
    let schema = Schema([Field("x", .double)])
    let bits: [Double] = [.nan, -0.0, 0.0, .leastNonzeroMagnitude]
    let table = Table(schema: schema, columns: [Column(.double(bits))])
    let read = try ParquetFile(bytes: try ParquetWriter.encode(table), name: "test").read()
    guard case .double(let values) = read.columns[0].values else { return #expect(Bool(false)) }
    #expect(values.map(\.bitPattern) == bits.map(\.bitPattern))
  }

  @Test("of many pages and groups are whole, and give single columns")
  func large() throws {
    let count = 300_000
    let times = (0..<count).map { Int64($0) * 3_600_000_000 }
    let schema = Schema([Field("t", .timestamp), Field("x", .double), Field("s", .string)])
    let table = Table(
      schema: schema,
      columns: [
        Column(.timestamp(times)), Column(.double(times.map { Double($0) / 7 }), validity: times.map { $0 % 7 != 0 }),
        Column(.string(StringValues(times.map { "\($0)" }))),
      ])
    let file = try ParquetFile(
      bytes: try ParquetWriter.encode(table, codec: .zstd, rowsPerGroup: 200_000), name: "test")
    let read = try file.read()
    #expect(read.columns[0] == table.columns[0] && read.columns[2] == table.columns[2])
    #expect(read.columns[1].nullCount == table.columns[1].nullCount)
    #expect(try file.read(columns: ["X"]).schema.names == ["x"])
    let error = #expect(throws: ParquetError.self) { try file.read(columns: ["y"]) }
    #expect(error?.description == "test, column 'y': there is no such column")
  }

  @Test("cut anywhere, or with any byte changed, are refused or read: never a crash")
  func hostile() throws {
    let table = try Table(schema: Self.schema, rows: Self.rows(Array(Self.extremes.prefix(2)), withNulls: true))
    let bytes = try ParquetWriter.encode(table)
    for length in 0..<bytes.count {
      #expect(throws: ParquetError.self) { try ParquetFile(bytes: Array(bytes[..<length]), name: "test").read() }
    }
    var state: UInt64 = 9
    for _ in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var damaged = bytes
      damaged[Int(state >> 33) % bytes.count] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
      do {
        _ = try ParquetFile(bytes: damaged, name: "test").read()
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test("refuse a null where the schema has none")
  func required() throws {
    let schema = Schema([Field("x", .long, isNullable: false)])
    let table = try Table(schema: schema, rows: [[.integer(1)], [.null]])
    #expect(throws: ParquetError.self) { try ParquetWriter.encode(table) }
  }

  @Test(
    "have the bounds of their columns",
    arguments: [
      (Column(.double([0.0, -1, 2])), "-1 2 0"), (Column(.double([.nan, 1])), "- 0"),
      (Column(.double([0.0, 0.0])), "-0 0 0"), (Column(.string(StringValues(["b", "", "é"]))), " é 0"),
      (Column(.long([1, 5, 0]), validity: [true, true, false]), "1 5 1"), (Column(.boolean([true])), "true true 0"),
      (Column(.long([0]), validity: [false]), "- 1"),
    ])
  func statistics(column: Column, text: String) {
    let statistics = ColumnStatistics(of: column, rows: 0..<column.count)
    let bounds = statistics.bounds.map { "\($0.minimum) \($0.maximum)" } ?? "-"
    #expect("\(bounds) \(statistics.nullCount)" == text)
  }

  @Test("of nested rows come back as they were written, and are refused by name where flat columns are wanted")
  func records() throws {
    let shape: [ParquetRecords.Member] = [
      .init("txn", .structure([.init("appId", .string), .init("version", .long)])),
      .init(
        "add",
        .structure([.init("path", .string), .init("values", .map), .init("flag", .boolean), .init("n", .integer)])),
      .init("features", .list(.string)),
      .init("deep", .list(.structure([.init("x", .list(.long)), .init("m", .map)]))),
    ]
    let rows: [JSON] = [
      ["txn": ["appId": "q", "version": 7]], [:],
      ["add": ["path": "a=1/x", "values": ["a": "1", "b": nil], "flag": true, "n": -1]],
      ["add": ["path": "y", "values": [:], "flag": false]], ["features": []], ["features": ["a", "b", "🌊"]],
      ["deep": [["x": [1, 2], "m": ["k": "v"]], ["x": []], ["m": [:]], ["x": [3]]]],
    ]
    for codec in ParquetCodec.allCases {
      let bytes = ParquetRecords.encode(rows, as: shape, codec: codec)
      #expect(try ParquetRecords.read(bytes: bytes, name: "test") == rows)
    }
    let bytes = ParquetRecords.encode(rows, as: shape)
    let error = #expect(throws: ParquetError.self) { try ParquetFile(bytes: bytes, name: "test").read() }
    #expect(error?.description.hasPrefix("test, column 'txn': a nested column (STRUCT) is not supported") == true)
    #expect(try ParquetRecords.read(bytes: ParquetRecords.encode([], as: shape), name: "test") == [])
    for length in 0..<bytes.count {
      #expect(throws: ParquetError.self) { try ParquetRecords.read(bytes: Array(bytes[..<length]), name: "test") }
    }
  }

  @Test("give some columns of one row group, and its bounds")
  func groups() throws {
    let table = Table(
      schema: Schema([Field("n", .long), Field("x", .double)]),
      columns: [Column(.long([1, 2, 3, 4, 5])), Column(.double([1, .nan, 3, 4, 5]))])
    let file = try ParquetFile(bytes: ParquetWriter.encode(table, rowsPerGroup: 2), name: "test")
    #expect(file.groupRowCounts == [2, 2, 1])
    #expect(
      try file.read(columns: ["x"], group: 1)
        == Table(schema: Schema([Field("x", .double)]), columns: [Column(.double([3, 4]))]))
    #expect(
      file.bounds(of: "n", group: 1)?.minimum == .integer(3) && file.bounds(of: "n", group: 1)?.maximum == .integer(4))
    #expect(file.bounds(of: "x", group: 0) == nil)
    #expect(try file.read(columns: [], group: 2).rowCount == 1)
  }

  @Test("with any byte of a page changed are refused, with column and place")
  func checksums() throws {
    let table = Table(schema: Schema([Field("x", .double)]), columns: [Column(.double((0..<50).map(Double.init)))])
    for codec in ParquetCodec.allCases {
      let bytes = try ParquetWriter.encode(table, codec: codec)
      // The page's content stands behind its header of some 20 bytes and before the footer.
      for place in 40..<150 {
        var damaged = bytes
        damaged[place] ^= 0x10
        let error = #expect(throws: ParquetError.self) { try ParquetFile(bytes: damaged, name: "test").read() }
        #expect(error?.description.hasPrefix("test, column 'x', byte ") == true)
      }
    }
  }
}
