import NotebookFormat

/// Orders notebooks so that each runs after those that it builds on, and groups those that share a workspace.
///
/// A notebook's metadata name the notebooks that it builds on, without folder and ending:
/// `"groundswell": {"after": ["SendTweetsToEventHub"]}`; an empty list means none. A notebook without a list builds on the last
/// notebook before it that has none either.
struct NotebookOrder {
  /// Indices into the given list, in the order to run: a group for each workspace, sorted by its least index.
  let groups: [[Int]]

  /// A notebook builds on one that was not given.
  struct Missing: Explained {
    let path: String
    let name: String

    var problem: String { "\(path) builds on \(name), which is not among the notebooks to check" }
    var remedy: String? {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      return "name it as well: check \(folder)\(name).ipynb \(path)"
    }
  }

  /// Notebooks build on each other.
  struct Cycle: Explained {
    let paths: [String]
    var problem: String { "\(paths.joined(separator: " builds on ")): none of them can run first" }
    var remedy: String? { "delete one of the names from \"after\" in the notebook's metadata" }
  }

  /// - Throws: ``Missing``, ``Cycle``.
  init(_ notebooks: [(path: String, notebook: Notebook)]) throws {
    var builtOn: [[Int]] = []
    var lastUnlisted: Int?
    let names = notebooks.map { Self.name(of: $0.path) }
    for (index, (path, notebook)) in notebooks.enumerated() {
      if let after = notebook.after {
        builtOn.append(
          try after.map { name in
            guard let other = names.firstIndex(of: Self.name(of: name)) else { throw Missing(path: path, name: name) }
            return other
          })
      } else {
        builtOn.append(lastUnlisted.map { [$0] } ?? [])
        lastUnlisted = index
      }
    }
    var order: [Int] = []
    var under: [Int] = []
    func visit(_ index: Int) throws {
      if order.contains(index) { return }
      if let start = under.firstIndex(of: index) {
        throw Cycle(paths: (under[start...] + [index]).map { notebooks[$0].path })
      }
      under.append(index)
      for other in builtOn[index] { try visit(other) }
      under.removeLast()
      order.append(index)
    }
    for index in notebooks.indices { try visit(index) }
    // Notebooks that build on each other get one group number, the least of their indices.
    var group = Array(notebooks.indices)
    for index in order {
      for other in builtOn[index] where group[other] != group[index] {
        let (kept, merged) = (min(group[other], group[index]), max(group[other], group[index]))
        for member in group.indices where group[member] == merged { group[member] = kept }
      }
    }
    groups = Set(group).sorted().map { number in order.filter { group[$0] == number } }
  }

  private static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lowercased().hasSuffix(".ipynb") ? String(file.dropLast(".ipynb".count)) : file
  }
}
