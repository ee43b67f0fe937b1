import CivilTime
import GroundswellEngine
import LocalPipeline

extension Session {
  /// A session on this machine.
  init(workspace: String = ".groundswell", clock: (@Sendable () -> Timestamp)? = nil) throws {
    try self.init(on: .local(workspace: workspace), clock: clock)
  }
}
