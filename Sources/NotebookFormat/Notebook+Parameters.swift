extension Notebook {
  /// The position of the cell with the default parameters: the first code cell tagged `parameters`.
  public var parametersCell: Int? {
    cells.firstIndex { $0.isCode && $0.tags.contains("parameters") }
  }

  /// Inserts a code cell tagged `injected-parameters` after the parameters cell, replacing earlier ones, so that
  /// its values override the defaults; without a parameters cell it becomes the first cell.
  ///
  /// This is papermill's convention, which other tools know.
  /// - Returns: the new cell's position.
  @discardableResult
  public mutating func injectParameters(_ source: String) -> Int {
    let tag = "injected-parameters"
    cells.removeAll { $0.tags.contains(tag) }
    let position = parametersCell.map { $0 + 1 } ?? 0
    let id = cells.contains { $0.id == tag } ? unusedID(for: tag) : tag
    cells.insert(.code(id: id, source, metadata: ["tags": [.string(tag)]]), at: position)
    return position
  }
}
