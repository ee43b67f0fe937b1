import NotebookFormat

/// A walk through a notebook, step by step: an explanation, then a cell to run.
package struct Tour: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    /// The Markdown before the cell.
    package let explanation: String
    package let cell: String
    package let tags: [String]

    /// Whether the cell is meant to fail.
    package var mayFail: Bool { tags.contains("raises-exception") }
  }

  package let name: String
  package let steps: [Step]
  /// What stands behind the last cell.
  package let ending: String
  /// The step that comes next, from 0.
  package private(set) var place = 0

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

  package var step: Step? { steps.indices.contains(place) ? steps[place] : nil }

  package mutating func goOn() { place = min(place + 1, steps.count) }
  package mutating func goBack() { place = max(place - 1, 0) }
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
