/// A link of a workspace that leads out of it.
struct LeadsOut: Explained, Hashable {
  let path: String

  var problem: String {
    "\(path) is a link that leads out of the workspace: writing would change what it leads to"
  }
  var remedy: String? { "remove the link, or name the workspace that you mean: --workspace DIR" }
}

/// What `check` must not do, since it has no effects outside of its workspace.
struct OnlyRehearsed: Explained, Hashable {
  enum Effect: Hashable {
    /// A hub outside of the workspace.
    case change(hub: String)
    case send(hub: String)
    /// A request to a server that others see, and that may cost.
    case ask(service: String)
    case write(path: String)
  }

  let effect: Effect

  init(_ effect: Effect) { self.effect = effect }

  var problem: String {
    let deed =
      switch effect {
      case .change(let hub): "change the hub \(hub)"
      case .send(let hub): "send to the broker's hub \(hub)"
      case .ask(let service): "ask \(service)"
      case .write(let path): "write \(path), which is outside of its workspace"
      }
    return "check has no external effects, so it will not \(deed)"
  }

  var remedy: String? {
    if case .write = effect { return "run the notebook, or tag the cell skip-execution" }
    return "run the notebook, or check it with a hub in the workspace"
  }
}
