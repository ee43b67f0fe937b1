import CivilTime
import Columnar
import Testing

@Suite("Tables in memory")
struct TableTests {
  static let types: [DataType] = [
    .boolean, .integer, .long, .double, .string, .timestamp, .date, .decimal(precision: 38, scale: 2),
  ]
  static let schema = Schema(types.map { Field($0.name, $0) })

  static let rows: [[Value]] = [
    [
      .boolean(true), .integer(-1), .integer(.max), .double(0.5), .string("🌊"), .timestamp(Timestamp(seconds: 0)),
      .date(CivilDate(year: 2019, month: 4, day: 24)), .decimal(DecimalNumber(digits: -1_205, scale: 2)),
    ],
    [.null, .null, .null, .null, .null, .null, .null, .null],
    [
      .boolean(false), .integer(7), .integer(.min), .double(-0.0), .string(""), .timestamp(Timestamp(seconds: -1)),
      .date(CivilDate(year: 1969, month: 12, day: 31)), .decimal(DecimalNumber(digits: 7, scale: 2)),
    ],
  ]

  @Test("give back the rows they were made of")
  func roundTrip() throws {
    let table = try Table(schema: Self.schema, rows: Self.rows)
    #expect((0..<table.rowCount).map(table.row) == Self.rows)
    #expect(table.columns.map(\.nullCount) == [1, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test("mark nulls only where there are some")
  func validity() throws {
    let table = try Table(schema: Self.schema, rows: [Self.rows[0]])
    #expect(table.columns.allSatisfy { $0.validity == nil })
  }

  @Test("find columns ignoring case, the exact name first")
  func names() {
    let schema = Schema([Field("Likes", .integer), Field("likes", .long)])
    #expect(schema.index(of: "likes") == 1)
    #expect(schema.index(of: "LIKES") == 0)
    #expect(schema.index(of: "like") == nil)
    #expect(schema.description == "Likes INT, likes BIGINT")
  }

  @Test(
    "refuse a value of another type",
    arguments: [
      (DataType.integer, Value.integer(1 << 40)), (.integer, .double(1)), (.boolean, .integer(1)),
      (.timestamp, .string("2019-04-24")), (.string, .integer(1)),
    ])
  func refuse(type: DataType, value: Value) {
    #expect(throws: TypeMismatch.self) { try Table(schema: Schema([Field("x", type)]), rows: [[value]]) }
  }

  @Test(
    "print values shortly and exactly",
    arguments: [
      (Value.double(24), "24"), (.double(47.888888888888886), "47.888888888888886"), (.double(.nan), "nan"),
      (.double(1e300), "1e+300"), (.null, "NULL"), (.boolean(false), "false"),
    ])
  func printing(value: Value, text: String) {
    #expect(value.description == text)
  }

  @Test("number rows by their keys: nulls are one key, NaN is one, and so are both zeros")
  func keys() throws {
    let schema = Schema([Field("x", .double), Field("s", .string)])
    let table = try Table(
      schema: schema,
      rows: [
        [.double(0), .string("a")], [.double(.nan), .null], [.double(-0.0), .string("a")], [.double(-.nan), .null],
        [.null, .string("")], [.null, .null], [.double(1), .string("🌊")],
      ])
    var keys = RowKeys()
    #expect(keys.numbers(of: table.columns, rowCount: 7) == [0, 1, 0, 1, 2, 3, 4])
    #expect(keys.rows([4, 2], types: [.double, .string]) == [[.double(1), .string("🌊")], [.null, .string("")]])
    let more = table.picking([6, 0])
    #expect(keys.find(more.columns, rowCount: 2) == [4, 0])
    let many = Table(schema: Schema([Field("n", .long)]), columns: [Column(.long((0..<10_000).map { $0 % 3_000 }))])
    var large = RowKeys()
    #expect(large.numbers(of: many.columns, rowCount: 10_000) == (0..<10_000).map { Int32($0 % 3_000) })
    #expect(large.count == 3_000)
  }

  @Test(
    "write decimals with all their digits",
    arguments: [(-1_205, 2, "-12.05"), (5, 3, "0.005"), (0, 2, "0.00"), (12, 0, "12"), (-1, 1, "-0.1")])
  func decimals(digits: Int, scale: Int, text: String) {
    #expect(DecimalNumber(digits: Int128(digits), scale: scale).description == text)
  }
}
