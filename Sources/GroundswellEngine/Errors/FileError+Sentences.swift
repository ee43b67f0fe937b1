package import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FileError: Explained {
  package var remedy: String? {
    switch code {
    case _ where isLink: "put the file or folder itself in its place, or remove the link"
    case ENOENT: "check the path; a relative one begins at the folder where the program was started"
    case EACCES, EPERM, EROFS: "choose a folder that you may write to, or change its permissions"
    case ENOSPC, EDQUOT: "make room on the disk, then run it again: what was there before is untouched"
    case EISDIR: "name a file, not a folder"
    case ENOTDIR, EEXIST: "name another path, or move away the file that stands where a folder should be"
    case ENOTEMPTY: "end the program that writes to the folder, then run it again"
    case EIO: "check the disk and the system's log"
    case EMFILE, ENFILE: "close other programs, or raise the limit of open files: ulimit -n"
    case ENAMETOOLONG: "choose a shorter name"
    case EAGAIN: "run it again when the other program has closed it"
    case ESTALE, ENXIO, ENODEV: "check that the disk or the share is connected"
    default: "try again: nothing was changed"
    }
  }
}
