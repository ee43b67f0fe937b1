import CivilTime
import Columnar
import Testing

@Suite("Tables in memory")
struct TableTests {
  static let schema = Schema(DataType.allCases.map { Field($0.rawValue, $0) })

  static let rows: [[Value]] = [
    [.boolean(true), .integer(-1), .integer(.max), .double(0.5), .string("🌊"), .timestamp(Timestamp(seconds: 0))],
    [.null, .null, .null, .null, .null, .null],
    [.boolean(false), .integer(7), .integer(.min), .double(-0.0), .string(""), .timestamp(Timestamp(seconds: -1))],
  ]

  @Test("give back the rows they were made of")
  func roundTrip() throws {
    let table = try Table(schema: Self.schema, rows: Self.rows)
    #expect((0..<table.rowCount).map(table.row) == Self.rows)
    #expect(table.columns.map(\.nullCount) == [1, 1, 1, 1, 1, 1])
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
}
