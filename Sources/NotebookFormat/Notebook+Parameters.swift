extension Notebook {
  /// The position of the cell with the default parameters: the first code cell tagged `parameters`.
  public var parametersCell: Int? {
    cells.firstIndex { $0.isCode && $0.tags.contains("parameters") }
  }

  /// Puts a code cell tagged `injected-parameters` right behind the parameters cell, in place of earlier ones, so that
  /// its values win over the defaults; without a parameters cell it becomes the first cell.
  ///
  /// The convention of papermill, whose users inspect such notebooks with other tools.
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
