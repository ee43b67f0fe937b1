import NotebookFormat

/// A walk through a notebook, step by step: an explanation, then a cell to run.
package struct Tour: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    /// The Markdown before the cell.
    package let explanation: String
    package let cell: String
    package let tags: [String]

    /// Whether the cell may fail.
    package var mayFail: Bool { tags.contains("raises-exception") }
  }

  package let name: String
  package let steps: [Step]
  /// The Markdown after the last cell.
  package let ending: String
  /// The index of the next step.
  package private(set) var index = 0

  init(_ notebook: Notebook, name: String) {
    self.name = name
    var explanation: [String] = []
    var steps: [Step] = []
    for cell in notebook.cells {
      if cell.isCode, !cell.tags.contains("skip-execution") {
        steps.append(Step(explanation: explanation.joined(separator: "\n\n"), cell: cell.source, tags: cell.tags))
        explanation = []
      } else if case .markdown = cell.kind {
        explanation.append(cell.source)
      }
    }
    self.steps = steps
    ending = explanation.joined(separator: "\n\n")
  }

  package var step: Step? { steps.indices.contains(index) ? steps[index] : nil }

  package mutating func goOn() { index = min(index + 1, steps.count) }
  package mutating func goBack() { index = max(index - 1, 0) }
}

extension Session {
  package func moveTour(_ move: (inout Tour) -> Void) {
    if var tour {
      move(&tour)
      self.tour = tour
    }
  }

  package func endTour() { tour = nil }

  func begin(_ tour: Tour) { self.tour = tour }
}
