import Foundation
import GroundswellEngine
import NotebookFormat
import Testing

@Suite("A replay")
struct ReplayTests {
  static let notebook = """
    # %% tags=["parameters"]
    set hours 72
    set ratio 0.25
    set end_time 2019-04-16T00:00:00Z
    set name tweets
    set deep true

    # %% id="show"
    SELECT $hours AS hours, $ratio AS ratio, $name AS name, $deep AS deep;
    """

  /// The failure of `run FILE OPTIONS`, or nil.
  static func run(
    _ text: String, _ options: String, output: (String) throws -> Void = { _ in }
  ) async throws -> (outputs: [String], failure: String?) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replay-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/n.gsw"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let session = try Session(workspace: folder.path + "/w")
    let options = options.replacingOccurrences(of: "DIR", with: folder.path)
    let result = await session.run(Cell("run \(path) \(options)"))
    try output(folder.path)
    return (result.outputs.map(\.plainText), result.failure?.replacingOccurrences(of: path, with: "n.gsw"))
  }

  @Test(
    "checks parameters against the notebook's",
    arguments: [
      ("-p hours 48", nil), ("-p ratio 1", nil), ("-p name 5", nil), ("-p deep false", nil),
      ("-p end_time 2020-01-01", nil), ("-p other 1 --allow-unknown", nil),
      ("-p huors 48", "n.gsw: there is no notebook parameter 'huors'\ndid you mean 'hours'?"),
      (
        "-p zone 1",
        "n.gsw: there is no notebook parameter 'zone'\nthere are deep, end_time, hours, name, ratio; or: allow it: --allow-unknown"
      ),
      (
        "-p hours many",
        "n.gsw: the parameter 'hours' is a whole number, not 'many'\nwrite it as the notebook does: -p hours 72"
      ),
      (
        "-p hours 1.5",
        "n.gsw: the parameter 'hours' is a whole number, not '1.5'\nwrite it as the notebook does: -p hours 72"
      ),
      ("-p ratio x", "n.gsw: the parameter 'ratio' is a number, not 'x'\nwrite it as the notebook does: -p ratio 0.25"),
      (
        "-p deep 1",
        "n.gsw: the parameter 'deep' is true or false, not '1'\nwrite it as the notebook does: -p deep true"
      ),
      (
        "-p end_time today",
        "n.gsw: the parameter 'end_time' is a time, not 'today'\nwrite it as the notebook does: -p end_time 2019-04-16T00:00:00Z"
      ),
    ] as [(String, String?)])
  func parameters(options: String, failure: String?) async throws {
    #expect(try await Self.run(Self.notebook, options).failure == failure)
  }

  static let failing = """
    # %% id="first"
    SELECT 1 AS one;

    # %% id="broken"
    set a 1
    nonsense

    # %% id="expected" tags=["raises-exception"]
    show nothing

    # %% id="skipped" tags=["skip-execution"]
    nonsense

    # %% id="last"
    SELECT 2 AS two;
    """

  @Test("ends at the first failure, and says where it is")
  func failure() async throws {
    let (outputs, failure) = try await Self.run(Self.failing, "-o DIR/o.ipynb") { folder in
      let saved = try Notebook(reading: folder + "/o.ipynb")
      #expect(saved.cells.map { $0.outputs.count } == [1, 1, 0, 0, 0])
    }
    #expect(outputs.count == 1)
    #expect(failure == "n.gsw, cell 'broken', line 2: there is no command 'nonsense'\ntry: help")
  }

  @Test("continues after a failure when told to")
  func keepGoing() async throws {
    let (outputs, failure) = try await Self.run(Self.failing, "--keep-going -o DIR/o.ipynb") { folder in
      let saved = try Notebook(reading: folder + "/o.ipynb")
      #expect(saved.cells.map { $0.outputs.count } == [1, 1, 1, 0, 1])
    }
    // A failure that was expected is shown, and does not fail the replay.
    #expect(outputs.count == 4 && outputs[2].hasPrefix("there is no stream, aggregate, table or view 'nothing'"))
    #expect(outputs[1] == "! cell 'broken', line 2: there is no command 'nonsense'\ntry: help")
    #expect(failure == "n.gsw, cell 'broken', line 2: there is no command 'nonsense'\ntry: help")
  }

  @Test("is stopped when its time is over, and keeps what was done")
  func timeout() async throws {
    let endless = """
      # %% id="first"
      SELECT 1 AS one;

      # %% id="endless"
      WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;

      # %% id="never"
      SELECT 2 AS two;
      """
    let (outputs, failure) = try await Self.run(endless, "--timeout 300ms --keep-going -o DIR/o.ipynb") { folder in
      let saved = try Notebook(reading: folder + "/o.ipynb")
      #expect(saved.cells.map { $0.outputs.count } == [1, 1, 0])
    }
    #expect(outputs.count == 2 && outputs[1].hasPrefix("! cell 'endless': stopped"))
    #expect(
      failure
        == "n.gsw, cell 'endless': stopped, since 300ms are over\ngive it longer: --timeout TIME; what was done so far is kept"
    )
  }
}
