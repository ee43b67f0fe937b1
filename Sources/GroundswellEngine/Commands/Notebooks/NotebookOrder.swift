import NotebookFormat

/// Notebooks in an order in which each comes behind those that it builds on, and which of them share a workspace.
///
/// A notebook says what it builds on in its metadata, by the other's name without folder and ending:
/// `"groundswell": {"after": ["SendTweetsToEventHub"]}`; an empty list says that it builds on nothing. One that says neither builds
/// on what stands before it of its kind.
struct NotebookOrder {
  /// Places in the list that was given: groups that each share a workspace, by the first of them that was given.
  let groups: [[Int]]

  /// A notebook that is built on and was not given.
  struct Missing: Explained {
    let path: String
    let name: String

    var problem: String { "\(path) builds on \(name), which is not among the notebooks to check" }
    var remedy: String? {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      return "name it as well: check \(folder)\(name).ipynb \(path)"
    }
  }

  /// Notebooks that build on each other.
  struct Cycle: Explained {
    let paths: [String]
    var problem: String { "\(paths.joined(separator: " builds on ")): none of them can run first" }
    var remedy: String? { "delete one of the names from \"after\" in the notebook's metadata" }
  }

  /// - Throws: ``Missing``, ``Cycle``.
  init(_ notebooks: [(path: String, notebook: Notebook)]) throws {
    var builtOn: [[Int]] = []
    var lastUnsaid: Int?
    let names = notebooks.map { Self.name(of: $0.path) }
    for (place, (path, notebook)) in notebooks.enumerated() {
      if let after = notebook.after {
        builtOn.append(
          try after.map { name in
            guard let other = names.firstIndex(of: Self.name(of: name)) else { throw Missing(path: path, name: name) }
            return other
          })
      } else {
        builtOn.append(lastUnsaid.map { [$0] } ?? [])
        lastUnsaid = place
      }
    }
    var order: [Int] = []
    var under: [Int] = []
    func visit(_ place: Int) throws {
      if order.contains(place) { return }
      if let start = under.firstIndex(of: place) {
        throw Cycle(paths: (under[start...] + [place]).map { notebooks[$0].path })
      }
      under.append(place)
      for other in builtOn[place] { try visit(other) }
      under.removeLast()
      order.append(place)
    }
    for place in notebooks.indices { try visit(place) }
    // Those that are joined by what they build on have one group's number, the least of their places.
    var group = Array(notebooks.indices)
    for place in order {
      for other in builtOn[place] where group[other] != group[place] {
        let (kept, gone) = (min(group[other], group[place]), max(group[other], group[place]))
        for index in group.indices where group[index] == gone { group[index] = kept }
      }
    }
    groups = Set(group).sorted().map { number in order.filter { group[$0] == number } }
  }

  private static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lowercased().hasSuffix(".ipynb") ? String(file.dropLast(".ipynb".count)) : file
  }
}
