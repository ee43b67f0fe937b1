import DurableFiles

extension DeltaTable {
  /// Deletes versions of the log that are older than the table's retention (`delta.logRetentionDuration`, default 30 days), unless
  /// the table turns it off (`delta.enableExpiredLogCleanup`).
  ///
  /// All deleted versions precede a checkpoint that was committed before the retention began, so that every version within
  /// the retention stays readable. The oldest are deleted first, so that an interrupted cleanup leaves no gap.
  /// - Throws: ``DeltaError`` where the log cannot be listed or read; some files may be deleted then.
  func cleanLog(of snapshot: Snapshot, now: Int64) throws(DeltaError) {
    guard snapshot.properties["delta.enableExpiredLogCleanup"]?.lowercased() != "false" else { return }
    let log = try LogFolder(of: path)
    let horizon = now - snapshot.logRetention
    do throws(FileError) {
      // A version's time is that of its file, and later than the previous version's.
      var newestExpired: Int64?
      var time = Int64.min
      for version in log.versions {
        time = max(try DurableFiles.status(of: log.commit(version)).modified, time + 1)
        guard time < horizon else { break }
        newestExpired = version
      }
      guard let newestExpired, let first = log.versions.first,
        let kept = log.checkpoints.last(where: { $0.version <= newestExpired }), kept.version > first,
        log.holds(from: kept.version + 1, to: snapshot.version), isWhole(kept, in: log)
      else { return }
      // Checkpoints are deleted after the commits before them: the log always begins with a checkpoint.
      for version in log.versions where version < kept.version { try DurableFiles.remove(log.commit(version)) }
      for checkpoint in log.checkpoints where checkpoint.version < kept.version {
        for name in checkpoint.names { try DurableFiles.remove(log.path + "/" + name) }
      }
    } catch {
      throw .file(error)
    }
  }

  private func isWhole(_ checkpoint: LogFolder.Checkpoint, in log: LogFolder) -> Bool {
    var replay = LogReplay(table: path)
    return (try? replay.read(checkpoint, in: log)) != nil
  }
}

extension Snapshot {
  /// How long old versions stay in the log, in milliseconds.
  fileprivate var logRetention: Int64 {
    properties["delta.logRetentionDuration"].flatMap(Self.milliseconds) ?? 30 * 86_400_000
  }
}
