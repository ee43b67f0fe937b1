import AnomalyDetection
import Columnar

/// Why a table's rows give no series, or a series cannot be drawn.
enum SeriesError: Error {
  /// The option names a column that the table does not have.
  case unknownColumn(String, option: String, known: [String])
  /// No column of the table fits the option: `--time` takes times, `--value` numbers.
  case noColumn(of: String, option: String, table: String, schema: Schema)
  case invalidTime(Value, column: String)
  case invalidNumber(Value, column: String)
  /// The series has no point at the time; it spans `first` to `last`, which are nil if it is empty.
  case noPoint(at: Timestamp, series: String, first: Timestamp?, last: Timestamp?)
  case empty(series: String)
  case tooManyLines(Int, permitted: Int)
  /// A histogram of a column that does not hold numbers.
  case notNumeric(column: String, type: DataType)
}

/// A series that the detector refuses.
struct UnjudgeableSeries: Error {
  let series: Series
  let cause: DetectionError
}
