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

  /// Position in the batch.
  package let index: Int
  package let reason: Reason
}

extension RejectedEvent.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAnObject: "no JSON object"
    case .malformed(let byte): "no JSON from byte \(byte) on"
    case .notUTF8: "not UTF-8"
    case .nestedTooDeep: "nested more than \(JSONEventScanner.maximalDepth) levels deep"
    case .wrongType(let field, let type, let found): "\(field): \(found) is no \(type.sqlName)"
    }
  }
}
