import CivilTime
import Columnar
import Pipeline
import SQLEngine
import Testing

@Suite("SQL over tables in memory")
struct SQLDatabaseTests {
  static let hourly = Schema([Field("groupTime", .timestamp), Field("average", .double)])

  static func tweets(_ rows: [(String, Double?)]) throws -> Table {
    try Table(
      schema: hourly,
      rows: rows.map { [Timestamp($0.0).map(Value.timestamp) ?? .null, $0.1.map(Value.double) ?? .null] })
  }

  static func database() throws -> SQLDatabase {
    let database = try SQLDatabase()
    let table = try tweets([
      ("2019-04-08T03:00:00Z", 71), ("2019-04-08T01:00:00Z", 25.6), ("2019-04-08T02:00:00.500Z", nil),
    ])
    try database.attach(SQLTable(schema: hourly) { table }, as: "tweets")
    return database
  }

  static func rows(_ table: Table) -> [String] {
    (0..<table.rowCount).map { table.row($0).map(\.description).joined(separator: "|") }
  }

  @Test(
    "answers statements",
    arguments: [
      ("SELECT COUNT(*) FROM tweets", ["3"]),
      (
        "SELECT * FROM tweets ORDER BY groupTime",
        ["2019-04-08T01:00:00Z|25.6", "2019-04-08T02:00:00.500Z|NULL", "2019-04-08T03:00:00Z|71"]
      ),
      ("SELECT average FROM tweets WHERE groupTime = '2019-04-08T01:00:00.000Z'", ["25.6"]),
      ("SELECT average FROM tweets WHERE groupTime > '2019-04-08 02:00:00.499'", ["71", "NULL"]),
      ("SELECT average FROM tweets WHERE groupTime < datetime('2019-04-08T04:00:00Z', '-2 hours')", ["25.6"]),
      ("SELECT average FROM tweets WHERE groupTime >= '2019-04-08T05:00:00+02:00'", ["71"]),
      ("SELECT max(groupTime), avg(average) FROM tweets", ["2019-04-08T03:00:00Z|48.3"]),
      ("WITH big AS (SELECT * FROM tweets WHERE average > 30) SELECT average FROM big", ["71"]),
      ("VALUES (1, 'a', NULL)", ["1|a|NULL"]),
      ("SELECT a.average FROM tweets a JOIN tweets b USING (groupTime)", ["71", "25.6", "NULL"]),
    ])
  func answers(statement: String, rows: [String]) throws {
    #expect(try Self.rows(Self.database().execute(statement)) == rows)
  }

  @Test("gives columns their declared types")
  func types() throws {
    let database = try SQLDatabase()
    let types: [DataType] = [.boolean, .integer, .long, .double, .string, .timestamp]
    let table = try Table(
      schema: Schema(types.map { Field($0.name, $0) }),
      rows: [
        [
          .boolean(true), .integer(1), .integer(.max), .double(1), .string("🌊"),
          .timestamp(Timestamp(microseconds: -1)),
        ],
        [.null, .null, .null, .null, .null, .null],
      ])
    try database.attach(SQLTable(schema: table.schema) { table }, as: "all")
    let result = try database.execute("SELECT * FROM \"all\"")
    #expect(result.schema.fields.map(\.type) == [.boolean, .long, .long, .double, .string, .timestamp])
    #expect(result.row(0) == table.row(0))
    #expect(result.row(1) == table.row(1))
  }

  @Test("keeps views, which follow the table, and replaces them on request")
  func views() throws {
    let database = try Self.database()
    _ = try database.execute("CREATE OR REPLACE TEMP VIEW series AS SELECT average FROM tweets WHERE average > 30")
    #expect(try Self.rows(database.execute("SELECT * FROM series")) == ["71"])
    _ = try database.execute("CREATE OR REPLACE TEMP VIEW series AS SELECT average FROM tweets WHERE average < 30")
    #expect(try Self.rows(database.execute("SELECT * FROM series")) == ["25.6"])
    let newer = try Self.tweets([("2019-04-09", 1)])
    try database.attach(SQLTable(schema: Self.hourly) { newer }, as: "tweets")
    #expect(try Self.rows(database.execute("SELECT * FROM series")) == ["1"])
  }

  @Test("calls aggregate functions with the rows of each group")
  func aggregates() throws {
    let database = try Self.database()
    database.define(SQLFunction("points", arguments: 1...2, .aggregate { .integer(Int64($0.count)) }))
    let statement = "SELECT points(groupTime, average), points(average) FROM tweets GROUP BY average > 30"
    #expect(try Self.rows(database.execute(statement)) == ["1|1", "1|1", "1|1"])
    #expect(try Self.rows(database.execute("SELECT points(average) FROM tweets WHERE average > 99")) == ["0"])
  }

  @Test("names columns, and what is near a misspelt one, beside a view whose table is gone")
  func brokenViews() throws {
    let database = try Self.database()
    try database.attach(SQLTable(schema: Self.hourly) { try Self.tweets([]) }, as: "gone")
    _ = try database.execute("CREATE VIEW broken AS SELECT * FROM gone")
    try database.detach("gone")
    #expect(database.columnNamesByTable["tweets"] == ["groupTime", "average"])
    #expect(throws: SQLError.self) { try database.execute("SELECT * FROM broken") }
    let error = #expect(throws: SQLError.self) { try database.execute("SELECT averge FROM tweets") }
    #expect(error?.closest == "average")
  }

  struct Broken: Error, CustomStringConvertible {
    var description: String { "the file tweets/part-0.parquet has gone" }
  }

  @Test(
    "says what is wrong, where, and which name is near",
    arguments: [
      ("SELECT * FROM twets", "SQL at line 1, column 15: no such table: twets", "tweets"),
      (
        "SELECT *,\n averge FROM tweets",
        "SQL at line 2, column 2: no such column: averge", "average"
      ),
      (
        "SELECT FROM tweets",
        "SQL at line 1, column 8: near \"FROM\": syntax error", nil
      ),
      (
        "SELECT broken(average) FROM tweets",
        "SQL: the file tweets/part-0.parquet has gone", nil
      ),
      ("SELECT * FROM gone", "SQL: the file tweets/part-0.parquet has gone", nil),
    ] as [(String, String, String?)])
  func errors(statement: String, message: String, closest: String?) throws {
    let database = try Self.database()
    database.define(SQLFunction("broken", arguments: 1...1, .aggregate { _ in throw Broken() }))
    try database.attach(SQLTable(schema: Self.hourly) { throw Broken() }, as: "gone")
    let error = #expect(throws: SQLError.self) { try database.execute(statement) }
    #expect(error?.description == message && error?.closest == closest)
  }

  @Test("ends a statement when its task is cancelled, before it began or while it runs", arguments: [true, false])
  func interruption(before: Bool) async throws {
    let (begun, tell) = AsyncStream.makeStream(of: Void.self)
    let running = Task { () -> SQLError? in
      while before, !Task.isCancelled { await Task.yield() }
      let database = try SQLDatabase()
      database.define(
        SQLFunction(
          "begun", arguments: 1...1,
          .aggregate { _ in
            tell.yield()
            return .null
          }))
      return #expect(throws: SQLError.self) {
        _ = try database.execute(
          "WITH RECURSIVE c(n) AS (SELECT begun(1) UNION ALL SELECT 1 FROM c) SELECT count(*) FROM c")
      }
    }
    if !before { for await _ in begun { break } }
    running.cancel()
    #expect(try await running.value?.message == "interrupted")
  }

  @Test(
    "finds older versions in a statement, and nothing else; places stay the same",
    arguments: [
      ("SELECT * FROM t VERSION AS OF 3 a", "SELECT * FROM \"x\" a"),
      ("SELECT * FROM \"t t\" FOR VERSION AS OF 3 a", "SELECT * FROM \"x\" a"),
      ("SELECT n FROM t@v12, u@v1", "SELECT n FROM \"x\" , \"y\""),
      ("SELECT 1 FROM t timestamp as of '2019-04-16' -- t VERSION AS OF 1", "SELECT 1 FROM \"x\" -- t VERSION AS OF 1"),
      ("SELECT 't VERSION AS OF 3', version FROM t", "SELECT 't VERSION AS OF 3', version FROM t"),
    ])
  func travel(statement: String, named: String) {
    let travel = TimeTravel(statement)
    let text = travel.naming(Array(["x", "y"].prefix(travel.references.count)))
    #expect(text.split(separator: " ").joined(separator: " ") == named)
    #expect(text.count == statement.count)
  }

  @Test("hands a table only the columns and conditions that a statement needs, and says so")
  func pushing() throws {
    let database = try SQLDatabase()
    let asked = Asked()
    let rows = try Self.tweets([("2019-04-08", 1), ("2019-04-09", 2), ("2019-04-10", 3)])
    try database.attach(
      SQLTable(schema: Self.hourly, rowCount: 3, fileCounts: { ($0.isEmpty ? 2 : 1, 2) }) { columns, conditions in
        asked.columns.append(columns)
        asked.conditions.append(conditions)
        var pieces = [rows.rows(0..<2), rows.rows(2..<3)].map { piece in
          Table(
            schema: Schema(columns.map { piece.schema.fields[$0] }), columns: columns.map { piece.columns[$0] },
            rowCount: piece.rowCount)
        }
        return { pieces.isEmpty ? nil : pieces.removeFirst() }
      }, as: "tweets")
    #expect(
      try Self.rows(database.execute("SELECT average FROM tweets WHERE groupTime >= '2019-04-09' AND average < 3")) == [
        "2"
      ])
    #expect(try Self.rows(database.execute("SELECT count(*) FROM tweets")) == ["3"])
    let ninth = Value.timestamp(try #require(Timestamp("2019-04-09T00:00:00Z")))
    #expect(asked.columns == [[0, 1], []])
    #expect(
      asked.conditions == [
        [.comparison("groupTime", .greaterOrEqual, ninth), .comparison("average", .less, .double(3))], [],
      ])
    #expect(
      try Self.rows(database.execute("EXPLAIN SELECT average FROM tweets WHERE groupTime >= '2019-04-09'"))
        == ["SCAN tweets (groupTime, average) where groupTime >= …, 1 of 2 files"])
    let error = #expect(throws: SQLError.self) { try database.execute("EXPLAIN SELECT averag FROM tweets") }
    #expect(error?.description == "SQL at line 1, column 16: no such column: averag")
    let unknown = #expect(throws: SQLError.self) { try database.execute("SELECT *\nFROM twets") }
    #expect(unknown?.description == "SQL at line 2, column 6: no such table: twets")
  }

  private final class Asked {
    var columns: [[Int]] = []
    var conditions: [[Condition]] = []
  }
}
