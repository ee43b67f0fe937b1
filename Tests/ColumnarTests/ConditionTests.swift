import CivilTime
import Columnar
import Testing

@Suite("A condition on rows")
struct ConditionTests {
  static let schema = Schema([Field("n", .integer), Field("x", .double), Field("s", .string)])
  static let rows: [[Value]] = [
    [.integer(1), .double(0.5), .string("a")], [.integer(2), .null, .string("b")],
    [.null, .double(1.5), .string("c")], [.integer(4), .double(.nan), .null],
  ]
  static let isAbove1 = Condition.comparison("N", .greater, .integer(1))
  static let isA = Condition.comparison("s", .equal, .string("a"))

  @Test(
    "holds for the rows for which it is true, neither false nor unknown",
    arguments: [
      (isAbove1, [1, 3]), (.not(isAbove1), [0]), (.isNull("n"), [2]), (.and(isAbove1, .isNull("s")), [3]),
      (.or(isAbove1, .isNull("N")), [1, 2, 3]), (.not(.or(isAbove1, isA)), []), (.and(isAbove1, .not(isA)), [1]),
      (.comparison("n", .equal, .string("1")), []), (.comparison("nothing", .equal, .integer(1)), []),
      (.isNull("nothing"), [0, 1, 2, 3]), (.comparison("x", .notEqual, .double(0.5)), [2, 3]),
    ] as [(Condition, [Int32])])
  func rows(condition: Condition, rows: [Int32]) throws {
    let table = try Table(schema: Self.schema, rows: Self.rows)
    #expect(condition.rows(of: table) == rows)
    #expect(condition.mask(over: table) == (0..<4).map { rows.contains($0) })
    #expect(condition.rows(of: table.rows(0..<0)) == [])
  }

  static let values: [(DataType, [Value])] = [
    (.boolean, [.boolean(false), .boolean(true)]), (.integer, [-7, 0, 3, 4].map(Value.integer)),
    (.long, [.integer(.min), .integer(3), .integer(1 << 40), .integer(.max)]),
    (.double, [-.infinity, -0.0, 0, 3, 3.5].map(Value.double)), (.string, ["", "a", "ab", "é", "🌊"].map(Value.string)),
    (.date, [-1, 0, 3].map { .date(CivilDate(daysSinceEpoch: $0)) }),
    (.timestamp, [.min, 0, 3].map { .timestamp(Timestamp(microseconds: $0)) }),
    (.decimal(precision: 10, scale: 1), [-5, 30, 35].map { .decimal(DecimalNumber(digits: $0, scale: 1)) }),
  ]

  @Test(
    "says of a column what the order of its values says of each",
    arguments: [Condition.Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual])
  func order(comparison: Condition.Comparison) throws {
    for (type, values) in Self.values {
      let table = try Table(schema: Schema([Field("c", type)]), rows: values.map { [$0] } + [[.null]])
      for literal in Self.values.flatMap(\.1) + [.null] {
        let expected = values.indices.filter { row in
          values[row].order(to: literal).map { comparison.holds(order: $0) } ?? false
        }
        let found = Condition.comparison("c", comparison, literal).rows(of: table)
        #expect(found == expected.map(Int32.init), "\(type) \(comparison.rawValue) \(literal)")
      }
    }
  }

  @Test(
    "may hold only where the bounds leave room for it",
    arguments: [
      (.comparison("n", .equal, .integer(7)), false), (.comparison("n", .equal, .integer(5)), true),
      (.comparison("n", .notEqual, .integer(3)), true), (.comparison("one", .notEqual, .integer(1)), false),
      (.comparison("n", .less, .integer(3)), false), (.comparison("n", .lessOrEqual, .integer(3)), true),
      (.comparison("n", .greater, .double(5)), false), (.comparison("n", .greaterOrEqual, .double(5)), true),
      (.comparison("n", .equal, .string("x")), true), (.comparison("null", .equal, .integer(1)), false),
      (.comparison("other", .equal, .integer(1)), true), (.isNull("n"), true),
      (.and(.comparison("n", .equal, .integer(4)), .comparison("n", .less, .integer(3))), false),
      (.or(.comparison("n", .equal, .integer(4)), .comparison("n", .less, .integer(3))), true),
      (.not(.comparison("n", .equal, .integer(7))), true),
    ] as [(Condition, Bool)])
  func bounds(condition: Condition, mayHold: Bool) {
    let bounds: [String: Condition.Bounds] = [
      "n": .between(.integer(3), .integer(5)), "one": .between(.integer(1), .integer(1)), "null": .allNull,
    ]
    #expect(condition.mayHold { bounds[$0] ?? .unknown } == mayHold)
  }
}
