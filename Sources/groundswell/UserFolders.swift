#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where the user's own files are, after the XDG base directory specification.
enum UserFolders {
  /// `groundswell/history` in XDG_STATE_HOME, by default `~/.local/state`; nil without a home.
  static var history: String? { file("history", in: "XDG_STATE_HOME", else: ".local/state") }

  /// `groundswell/startup.gsw` in XDG_CONFIG_HOME, by default `~/.config`; nil without a home.
  static var startup: String? { file("startup.gsw", in: "XDG_CONFIG_HOME", else: ".config") }

  private static func file(_ name: String, in variable: String, else fallback: String) -> String? {
    // The specification has relative paths ignored.
    if let folder = environment(variable), folder.hasPrefix("/") { return folder + "/groundswell/" + name }
    return environment("HOME").map { "\($0)/\(fallback)/groundswell/\(name)" }
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
