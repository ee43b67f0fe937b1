import Foundation
import GroundswellEngine
import Testing

@Suite("Functions of times in SQL")
struct TimeFunctionsTests {
  @Test(
    "give the values that Spark's have",
    arguments: [
      ("date_trunc('week', '2019-04-10T09:10:11Z')", "2019-04-08T00:00:00Z"),
      ("date_trunc('quarter', '1969-12-31')", "1969-10-01T00:00:00Z"),
      ("window_start('1969-12-31T23:59:59Z', '15m')", "1969-12-31T23:45:00Z"),
      ("time_add('2019-03-01', '-1 day')", "2019-02-28T00:00:00Z"), ("dayofweek('1970-01-01')", "5"),
      ("hour('1969-12-31T23:59:59.5Z')", "23"), ("unix_seconds('1969-12-31T23:59:59.5Z')", "-1"),
      ("timestamp_millis(1500)", "1970-01-01T00:00:01.500Z"), ("year('nonsense')", "NULL"), ("minute(NULL)", "NULL"),
    ])
  func times(expression: String, value: String) async throws {
    let session = try Session(workspace: NSTemporaryDirectory() + UUID().uuidString)
    let result = await session.run(Cell("SELECT \(expression) AS v;"))
    guard case .table(let table)? = result.outputs.first else { return #expect(result.failure == nil) }
    #expect(table.row(0).map(\.description) == [value])
  }
}
