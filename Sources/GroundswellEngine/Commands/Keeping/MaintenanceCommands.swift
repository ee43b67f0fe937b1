import ArgumentParser
import Pipeline
import Rendering
import StreamProcessing
import Wording

struct OptimizeCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize", abstract: "Join a table's small files into large ones.",
    discussion:
      "The rows stay the same, and so do older versions, until vacuum removes their files.\n\n  optimize tweets")

  @Argument(help: "The table.", completion: .names(.table))
  var name: String

  @Option(help: "Join smaller files, to files of about this size.")
  var megabytes: Int64 = 128

  func validate() throws {
    if !(1...1 << 20).contains(megabytes) { throw ValidationError("--megabytes takes 1 to 1048576") }
  }

  func run(in session: Session) async throws -> [Output] {
    guard let done = try await session.backend.catalog.optimize(name, targetSize: megabytes << 20) else {
      return [.text("\(name) has no small files to join")]
    }
    return [.text("\(name): \(counted(done.removed, "file")) → \(done.added), version \(done.version)")]
  }
}

struct VacuumCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "vacuum", abstract: "Delete files that no recent version of a table needs.",
    discussion: """
      Versions older than the retention can then no longer be read. The retention is seven days, or the table's own; a
      shorter one needs --yes, since running readers and writers may need the files.

        vacuum tweets --dry-run
        vacuum tweets
        vacuum tweets --retain 1h --yes
      """.flowing)

  @Argument(help: "The table.", completion: .names(.table))
  var name: String

  @Option(help: ArgumentHelp("How long files of older versions are kept.", valueName: "time"))
  var retain: String?

  @Flag(help: "Only list what would be deleted.")
  var dryRun = false

  @Flag(help: "Also delete files younger than seven days.")
  var yes = false

  struct TooSoon: Explained {
    let retain: String
    var problem: String { "vacuum --retain \(retain) deletes files that other programs may still read" }
    var remedy: String? { "add --yes if no program uses the table, or list the files first: --dry-run" }
  }

  func run(in session: Session) async throws -> [Output] {
    let week: Int64 = 7 * 86_400_000
    // 0 is a retention, too.
    let retention = try retain.map { text in
      Int64(text.prefix(while: \.isNumber)) == 0 ? 0 : try EventTimeInterval(parsing: text).microseconds / 1_000
    }
    if let retain, let retention, retention < week, !dryRun, !yes { throw TooSoon(retain: retain) }
    let files = try await session.backend.catalog.vacuum(name, retention: retention, dryRun: dryRun)
    let size = ByteSize(files.reduce(0) { $0 + $1.size })
    guard dryRun else { return [.text("\(name): deleted \(counted(files.count, "file")), \(size)")] }
    let list = files.prefix(20).map { "  \($0.path)" } + (files.count > 20 ? ["  … and \(files.count - 20) more"] : [])
    return [
      .text((["\(name): would delete \(counted(files.count, "file")), \(size)"] + list).joined(separator: "\n"))
    ]
  }
}
