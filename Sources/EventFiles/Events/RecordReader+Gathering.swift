extension RecordReader {
  /// Gathers a batch of events. An error after the first of them is thrown by the next call, so that they are not lost; and
  /// when a pipe pauses, the events so far are returned.
  ///
  /// - Parameter maximum: the size of a full batch.
  /// - Parameter step: adds events; gives false at the end.
  func gather(_ maximum: Int, _ step: (inout EventBodies) throws -> Bool) throws -> EventBodies? {
    if let failure { throw failure }
    var bodies = EventBodies()
    defer { holdingSince = nil }
    do {
      while !bodies.isFull(maximum), try step(&bodies) {
        if bodies.count > 0, holdingSince == nil { holdingSince = .now }
      }
    } catch is ByteInput.Pause {
      return bodies
    } catch {
      failure = error
      if bodies.count == 0 { throw error }
    }
    return bodies.count == 0 ? nil : bodies
  }
}
