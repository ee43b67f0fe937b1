import ArgumentParser
import DurableFiles
import NotebookFormat

struct CheckCommand: CellRunner {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run notebooks anew and compare with their saved outputs.",
    discussion: """
      They run in order in one session of their own, in an empty workspace that is removed afterwards, so that this
      workspace makes no difference and stays as it is; files that cells name by their paths are the real ones.
      Nothing is sent to brokers, and no service is asked. Cells tagged raises-exception may fail, as saved; those
      tagged skip-execution are passed over; of those tagged nbval-ignore-output the outputs may differ.

        check notebooks/SendTweetsToEventHub.ipynb
        check notebooks/ChooseSensitivity.ipynb --tolerance 1e-9
      """.flowing)

  @Argument(help: "Notebooks with outputs: .ipynb.", completion: .file())
  var notebooks: [String]

  @Option(help: "How far numbers may differ, as a part of the saved one: 1e-9.")
  var tolerance: Double = 0

  @Flag(help: "Save the new outputs where they differ.")
  var update = false

  func validate() throws {
    if notebooks.isEmpty { throw ValidationError("check which notebook?") }
    if !(0..<1).contains(tolerance) { throw ValidationError("--tolerance takes 0 to below 1") }
  }

  struct NothingSaved: Error, CustomStringConvertible {
    let path: String
    var description: String {
      path.lowercased().hasSuffix(".ipynb")
        ? "\(path) has never run, so that there are no outputs to compare with\nsave some: run \(path) -o \(path), or check \(path) --update"
        : "\(path) is a text form, which keeps no outputs to compare with\nsave it with outputs: run \(path) -o NAME.ipynb"
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let own = try Session(workspace: folder, clock: session.clock)
    var listeners = Listeners()
    listeners.progress = await session.listeners.progress
    await own.listen(listeners)
    await own.beginRehearsal()
    let result: Result<[Output], any Error>
    do {
      result = .success(try await check(in: own, OutputComparison(tolerance: tolerance, workspace: folder), session))
    } catch {
      result = .failure(error)
    }
    await own.stopQueries()
    return try result.get()
  }

  private func check(in own: Session, _ comparison: OutputComparison, _ session: Session) async throws -> [Output] {
    var shown: [Output] = []
    var faults: [String] = []
    for path in notebooks {
      do {
        let saved = try Notebook(reading: path)
        let hasRun = saved.cells.contains {
          if case .code(let outputs, let count) = $0.kind { count != nil || !outputs.isEmpty } else { false }
        }
        guard path.lowercased().hasSuffix(".ipynb"), update || hasRun || !saved.cells.contains(where: \.isCode) else {
          throw NothingSaved(path: path)
        }
        let replay = try await own.run(saved, ReplayOptions(keepsGoing: true))
        try Task.checkCancellation()
        let fresh = comparison.inNoFolder(replay.notebook)
        let differences = comparison.differences(saved, fresh)
        for difference in differences { shown += await session.tell([.comparison(difference)]) }
        if let failure = replay.failure {
          shown += await session.tell([.text(failure)])
          faults.append("\(path): cells fail")
        }
        if !differences.isEmpty, !update { faults.append("\(path): \(counted(differences.count, "cell"))") }
        if update, !differences.isEmpty || !hasRun {
          try fresh.write(to: path)
          shown += await session.tell([.text("\(path): saved the new outputs of \(counted(differences.count, "cell"))")]
          )
        } else if differences.isEmpty, replay.failure == nil {
          let count = comparison.comparedCount(saved)
          shown += await session.tell([.text("\(path): \(counted(count, "cell")) as saved")])
        }
      } catch {
        throw CellFailure(outputs: shown, failure: CellFailure.message(of: error))
      }
    }
    guard faults.isEmpty else {
      throw CellFailure(
        outputs: shown,
        failure:
          "not as saved: \(faults.joined(separator: ", "))\nif outputs should differ: check … --update saves the new ones; if cells should fail, tag them raises-exception"
      )
    }
    return shown
  }
}
