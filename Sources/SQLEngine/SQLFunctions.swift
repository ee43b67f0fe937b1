import CSQLite
import Columnar

// SQLite's callbacks for functions over Swift values. Objects cross as retained references, which SQLite hands back for their
// release.

private final class ScalarFunction {
  let evaluate: ([Value]) throws -> Value
  let message: (any Error) -> String

  init(_ evaluate: @escaping ([Value]) throws -> Value, message: @escaping (any Error) -> String) {
    self.evaluate = evaluate
    self.message = message
  }
}

func registerFunction(
  _ name: String, arguments: Int, evaluate: @escaping ([Value]) throws -> Value,
  message: @escaping (any Error) -> String,
  in database: OpaquePointer
) {
  let function = Unmanaged.passRetained(ScalarFunction(evaluate, message: message))
  sqlite3_create_function_v2(
    database, name, Int32(arguments), SQLITE_UTF8, function.toOpaque(),
    { context, count, values in
      guard let data = sqlite3_user_data(context) else { return }
      let function = Unmanaged<ScalarFunction>.fromOpaque(data).takeUnretainedValue()
      do {
        setResult(try function.evaluate((0..<Int(count)).map { Value(values?[$0]) }), of: context)
      } catch {
        sqlite3_result_error(context, function.message(error), -1)
      }
    }, nil, nil, { data in if let data { Unmanaged<ScalarFunction>.fromOpaque(data).release() } })
}

private final class AggregateFunction {
  let evaluate: ([[Value]]) throws -> Value
  let message: (any Error) -> String

  init(_ evaluate: @escaping ([[Value]]) throws -> Value, message: @escaping (any Error) -> String) {
    self.evaluate = evaluate
    self.message = message
  }
}

/// The rows of one group so far.
private final class Group {
  var rows: [[Value]] = []
}

func registerAggregate(
  _ name: String, arguments: Int, evaluate: @escaping ([[Value]]) throws -> Value,
  message: @escaping (any Error) -> String, in database: OpaquePointer
) {
  let function = Unmanaged.passRetained(AggregateFunction(evaluate, message: message))
  sqlite3_create_function_v2(
    database, name, Int32(arguments), SQLITE_UTF8 | SQLITE_DETERMINISTIC, function.toOpaque(), nil,
    { context, count, values in
      guard let slot = groupSlot(of: context, creating: true) else { return }
      let group: Unmanaged<Group>
      if let pointer = slot.pointee {
        group = Unmanaged.fromOpaque(pointer)
      } else {
        group = Unmanaged.passRetained(Group())
        slot.pointee = group.toOpaque()
      }
      group.takeUnretainedValue().rows.append((0..<Int(count)).map { Value(values?[$0]) })
    },
    { context in
      var rows: [[Value]] = []
      if let slot = groupSlot(of: context, creating: false), let pointer = slot.pointee {
        rows = Unmanaged<Group>.fromOpaque(pointer).takeRetainedValue().rows
        slot.pointee = nil
      }
      guard let data = sqlite3_user_data(context) else { return }
      let function = Unmanaged<AggregateFunction>.fromOpaque(data).takeUnretainedValue()
      do {
        setResult(try function.evaluate(rows), of: context)
      } catch {
        sqlite3_result_error(context, function.message(error), -1)
      }
    },
    { data in if let data { Unmanaged<AggregateFunction>.fromOpaque(data).release() } })
}

/// SQLite's room for one pointer a group; nil until the first row, and for a group without rows.
private func groupSlot(
  of context: OpaquePointer?, creating: Bool
) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
  sqlite3_aggregate_context(context, creating ? Int32(MemoryLayout<UnsafeMutableRawPointer?>.size) : 0)?
    .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
}
