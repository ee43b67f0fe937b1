/// A password or key: used, and never shown.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The password or key itself.
  package let value: String

  /// Wraps a password or key.
  package init(_ value: String) { self.value = value }

  package var description: String { "…" }
  package var debugDescription: String { "…" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
