package import Columnar

/// An event that does not fit the stream's schema.
package struct RejectedEvent: Hashable, Sendable {
  /// Why an event was rejected.
  package enum Reason: Hashable, Sendable {
    case notAnObject
    /// Not well-formed JSON from that byte on.
    case malformed(byte: Int)
    case notUTF8
    case nestedTooDeep
    /// What stands in the event, shortened.
    case wrongType(field: String, type: DataType, found: String)
  }

  /// The message's index in the batch.
  package let index: Int
  /// The number of the event in its message, from 1; nil if the message has only one.
  package internal(set) var part: Int?
  /// The number of events of the batch before it that fit.
  package let row: Int
  /// What does not fit.
  package let reason: Reason
}

extension RejectedEvent.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAnObject: "expected a JSON object"
    case .malformed(let byte): "invalid JSON at byte \(byte)"
    case .notUTF8: "invalid UTF-8"
    case .nestedTooDeep: "nested more than \(JSONEventScanner.maximalDepth) levels deep"
    case .wrongType(let field, let type, let found): "\(field): expected \(type.sqlName), found \(found)"
    }
  }
}
