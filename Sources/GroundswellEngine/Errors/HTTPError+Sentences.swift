package import HTTPClient

extension HTTPError: Explained {
  package var remedy: String? {
    switch fault {
    case .badAddress: "write https://HOST"
    case .unknownHost: "check the name, and that this machine is online"
    case .refused, .timedOut: "check host and port, and that this machine is online"
    case .noTLS: "check the address, and this machine's certificates"
    case .cutOff, .other: "try again"
    case .tooLarge: "check the address"
    }
  }
}
