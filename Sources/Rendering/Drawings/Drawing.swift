/// A picture with a form for terminals and one for pages. A new kind of picture is one more such type.
package protocol Drawing: Hashable, Sendable {
  /// The drawing in characters, without a line end at the end.
  ///
  /// - Parameters:
  ///   - columns: the room, in columns of a terminal.
  ///   - ascii: whether to use ASCII characters only.
  func text(columns: Int, ascii: Bool) -> String

  /// The drawing as SVG, legible on light and on dark paper.
  var svg: String { get }
}

/// A drawing of any kind, as a value.
package struct Picture: Hashable, Sendable {
  /// The drawing itself.
  package let drawing: any Drawing

  /// Whether both are equal drawings of one kind.
  package static func == (left: Picture, right: Picture) -> Bool {
    AnyHashable(left.drawing) == AnyHashable(right.drawing)
  }

  /// Hashes the drawing.
  package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(drawing)) }
}
