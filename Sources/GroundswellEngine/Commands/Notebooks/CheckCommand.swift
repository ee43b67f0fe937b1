import ArgumentParser
import DurableFiles
import NotebookFormat
import Wording
import Rendering

struct CheckCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run notebooks again and compare with their saved outputs.",
    discussion: """
      Notebooks run in an empty workspace that is removed afterwards; the current one neither matters nor changes. Cells may
      read files outside of it, but check writes none there, sends no events to other hubs, and calls no service. Cells
      tagged raises-exception may fail, as saved; those tagged skip-execution are skipped; the outputs of those tagged
      nbval-ignore-output may differ.

      A notebook whose metadata name others, "groundswell": {"after": ["SendTweetsToEventHub"]}, runs after them in the same
      workspace; one with an empty list has its own workspace. Notebooks without a list run in order in one workspace.

        check notebooks/SendTweetsToEventHub.ipynb
        check notebooks/ChooseSensitivity.ipynb --tolerance 1e-9
      """.flowing)

  @Argument(help: "Notebooks with outputs: .ipynb.", completion: .file())
  var notebooks: [String]

  @Option(help: "Maximum relative difference of numbers: 1e-9.")
  var tolerance: Double = 0

  @Flag(help: "Save the new outputs if they differ.")
  var update = false

  func validate() throws {
    if notebooks.isEmpty { throw ValidationError("check which notebook?") }
    if !(0..<1).contains(tolerance) { throw ValidationError("--tolerance takes 0 to below 1") }
  }

  struct NothingSaved: Explained {
    let path: String
    private var keepsOutputs: Bool { path.lowercased().hasSuffix(".ipynb") }
    var problem: String {
      keepsOutputs
        ? "\(path) has no saved outputs to compare with: it never ran"
        : "\(path) is a text form without outputs to compare with"
    }
    var remedy: String? {
      keepsOutputs
        ? "save some: run \(path) -o \(path), or check \(path) --update"
        : "save it with outputs: run \(path) -o NAME.ipynb"
    }
  }

  func run(in session: Session) async throws -> [Output] {
    var faults: [String] = []
    let saved = try notebooks.map { (path: $0, notebook: try read($0)) }
    for group in try NotebookOrder(saved).groups {
      try await rehearse(group.map { saved[$0] }, session, &faults)
    }
    guard faults.isEmpty else {
      throw CellFailure(
        failure:
          "not as saved: \(faults.joined(separator: ", "))\nif outputs should differ: check … --update saves the new ones; if cells should fail, tag them raises-exception"
      )
    }
    return []
  }

  private func read(_ path: String) throws -> Notebook {
    let saved = try Notebook(reading: path)
    guard path.lowercased().hasSuffix(".ipynb"), update || Self.hasRun(saved) || !saved.cells.contains(where: \.isCode)
    else {
      throw NothingSaved(path: path)
    }
    return saved
  }

  private static func hasRun(_ notebook: Notebook) -> Bool {
    notebook.cells.contains {
      if case .code(let outputs, let count) = $0.kind { count != nil || !outputs.isEmpty } else { false }
    }
  }

  /// Runs notebooks in their own session and workspace.
  private func rehearse(
    _ notebooks: [(path: String, notebook: Notebook)], _ session: Session, _ faults: inout [String]
  ) async throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let own = try Session(rehearsing: session, in: folder)
    own.events.subscribe { [events = session.events] event in
      if case .progress = event { events.send(event) }
    }
    do {
      for (path, saved) in notebooks {
        try await check(
          saved, path, in: own, OutputComparison(tolerance: tolerance, workspace: folder), session, &faults)
      }
    } catch {
      await own.stopQueries()
      throw error
    }
    await own.stopQueries()
  }

  private func check(
    _ saved: Notebook, _ path: String, in own: Session, _ comparison: OutputComparison, _ session: Session,
    _ faults: inout [String]
  ) async throws {
    let replay = try await own.replay(saved, ReplayOptions(keepsGoing: true))
    try Task.checkCancellation()
    var fresh = comparison.inUsualWorkspace(replay.notebook)
    // Keep the sources, secrets and all, as the user saved them.
    for index in fresh.cells.indices { fresh.cells[index].source = saved.cells[index].source }
    let differences = comparison.differences(saved, fresh)
    for difference in differences { await session.publish([.comparison(difference)]) }
    if let failure = replay.failure {
      await session.publish([.text(failure)])
      faults.append("\(path): cells fail")
    }
    if !differences.isEmpty, !update { faults.append("\(path): \(counted(differences.count, "cell"))") }
    if update, !differences.isEmpty || !Self.hasRun(saved) {
      try fresh.write(to: session.outputFiles.file(path).path)
      await session.publish([.text("\(path): saved the new outputs of \(counted(differences.count, "cell"))")])
    } else if differences.isEmpty, replay.failure == nil {
      let count = comparison.comparedCount(saved)
      await session.publish([.text("\(path): \(counted(count, "cell")) as saved")])
    }
  }
}
