//! Which file systems may be changed without a word to this machine's kernel: by other machines, by a host, or by the program behind
//! them. There, folders are listed as well.

use std::os::fd::AsFd;

/// The type of file system, by the number that `statfs` gives and that Linux documents in `linux/magic.h` and statfs(2), and its name.
const DISTANT: [(u32, &str); 17] = [
    (0x0000_6969, "NFS"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x0000_517b, "SMB"),
    (0x6573_5546, "FUSE or virtiofs"),
    (0x0102_1997, "9p"),
    (0x786f_4256, "VirtualBox shared folders"),
    (0xbacb_acbc, "VMware shared folders"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0000_564c, "NetWare"),
    (0x0bd0_0bd0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
];

/// What a folder's file system is called if it may be changed unheard. Nothing where that cannot be told.
pub(super) fn distant(folder: impl AsFd) -> Option<&'static str> {
    #[cfg(target_os = "linux")]
    {
        let stat = rustix::fs::fstatfs(folder).ok()?;
        // The number's type and sign differ from platform to platform; its lower half is what is documented.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::allow_attributes,
            reason = "only the lower half is meant"
        )]
        by_number(stat.f_type as u32)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        None
    }
}

fn by_number(number: u32) -> Option<&'static str> {
    DISTANT.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_networks_and_hosts_are_distant_and_local_ones_are_not() {
        for number in [0x6969, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546, 0x0102_1997, 0x786f_4256, 0x00c3_6400] {
            assert!(by_number(number).is_some(), "{number:x}");
        }
        // ext4, xfs, btrfs, tmpfs, overlay, zfs, f2fs.
        for number in [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630, 0x2fc1_2fc1, 0xf2f5_2010] {
            assert_eq!(by_number(number), None, "{number:x}");
        }
    }

    #[test]
    fn a_folder_of_this_machine_is_not_distant() {
        let folder = std::fs::File::open(std::env::temp_dir()).unwrap();
        assert_eq!(distant(&folder), None);
    }
}
