package import Columnar

/// An event that does not fit the stream's schema.
package struct RejectedEvent: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case notAnObject
    /// Not well-formed JSON from that byte on.
    case malformed(byte: Int)
    case notUTF8
    case nestedTooDeep
    /// What stands in the event, shortened.
    case wrongType(field: String, type: DataType, found: String)
  }

  /// The message's position in the batch.
  package let index: Int
  /// Which of the message's events it is, from 1; nil where there is only one.
  package internal(set) var part: Int?
  /// How many events of the batch before it fit.
  package let row: Int
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
