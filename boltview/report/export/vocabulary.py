"""Words of containerd, OCI and CRI that tell nothing of a node: what a redacted export keeps.

Names of fields are kept where they are names of fields, values only where they are whole values.
The keys of labels, annotations and extensions come from the glossaries in `schemas/`.
"""

_FIELDS = """
    ociVersion process terminal consoleSize height width user uid gid umask additionalGids username
    args commandLine env cwd capabilities bounding effective inheritable permitted ambient rlimits
    type hard soft noNewPrivileges apparmorProfile oomScoreAdj scheduler policy nice priority flags
    runtime deadline period selinuxLabel ioPriority class execCPUAffinity initial final root path
    readonly hostname domainname mounts destination source options uidMappings gidMappings
    containerID hostID size hooks prestart createRuntime createContainer startContainer poststart
    poststop timeout annotations linux sysctl resources devices allow major minor access memory
    limit reservation swap kernel kernelTCP swappiness disableOOMKiller useHierarchy
    checkBeforeUpdate cpu shares quota burst realtimeRuntime realtimePeriod cpus mems idle pids
    blockIO weight leafWeight weightDevice throttleReadBpsDevice throttleWriteBpsDevice
    throttleReadIOPSDevice throttleWriteIOPSDevice rate hugepageLimits pageSize network classID
    priorities name rdma hcaHandles hcaObjects unified cgroupsPath namespaces fileMode seccomp
    defaultAction defaultErrnoRet architectures listenerPath listenerMetadata syscalls names action
    errnoRet index value valueTwo op rootfsPropagation maskedPaths readonlyPaths mountLabel intelRdt
    closID l3CacheSchema memBwSchema enableCMT enableMBM personality domain timeOffsets secs
    nanosecs
    windows layerFolders hyperv utilityVMPath vm solaris zos
    Version Metadata ID Name SandboxID Config ImageRef LogPath StopSignal ProcessLabel ImageDigest
    ImageName NetNSPath IP AdditionalIPs RuntimeHandler CNIResult Interfaces IPConfigs Gateway Mac
    Sandbox DNS Nameservers Domain Search Options Routes Overhead Resources EnableCni CreatedAt
    metadata attempt namespace image user_specified_image runtime_handler command working_dir envs
    key container_path host_path propagation selinux_relabel recursive_read_only image_sub_path
    labels log_path stdin stdin_once tty CDI_devices log_directory dns_config servers searches
    port_mappings protocol container_port host_port host_ip security_context namespace_options pid
    ipc target_id userns_options mode uids gids container_id host_id length privileged
    selinux_options role level run_as_user run_as_group run_as_username readonly_rootfs
    supplemental_groups supplemental_groups_policy apparmor_profile no_new_privs masked_paths
    readonly_paths apparmor profile_type localhost_ref seccomp_profile_path cgroup_parent sysctls
    overhead cpu_period cpu_quota cpu_shares memory_limit_in_bytes oom_score_adj cpuset_cpus
    cpuset_mems hugepage_limits page_size memory_swap_limit_in_bytes stop_signal
    add_capabilities drop_capabilities add_ambient_capabilities
    no_pivot_root no_new_keyring shim_cgroup io_uid io_gid binary_name criu_path systemd_cgroup
    criu_image_path criu_work_path task_api_address task_api_version runtime_root open_tcp
    external_unix_sockets file_locks empty_namespaces cgroups_mode type_url config_path config_body
    debug debug_type registry_root sandbox_image sandbox_platform sandbox_isolation
    boot_files_root_path vm_processor_count vm_memory_size_in_mb scale_cpu_limits_to_sandbox
    default_container_scratch_size_in_gb default_vm_scratch_size_in_gb share_scratch log_level
    io_retry_timeout_in_sec default_container_annotations no_inherit_host_timezone scrub_logs
    unknown_fields field text bytes message group hex
    io.kubernetes.cri.container-type io.kubernetes.cri.container-name
    io.kubernetes.cri.image-name io.kubernetes.cri.sandbox-id io.kubernetes.cri.sandbox-name
    io.kubernetes.cri.sandbox-namespace io.kubernetes.cri.sandbox-uid
    io.kubernetes.cri.sandbox-cpu-period io.kubernetes.cri.sandbox-cpu-quota
    io.kubernetes.cri.sandbox-cpu-shares io.kubernetes.cri.sandbox-memory
    io.kubernetes.cri.sandbox-log-directory
    snapshotter snapshot_key sandbox_id media_type parent children content ingests snapshots images
    expires_at expired bytes_held ref backend_ref expected expire_at total sandboxer on_disk
    manifests missing problems platforms unpacked inodes kind faults unknown extensions spec
    id digest platform config layers chain_id image_ref created_at updated_at state exit_code
    started_at finished_at reason mp mat target
"""
FIELDS = frozenset(_FIELDS.split())
"""Names of fields in the documents of OCI and CRI, in options of runtimes, and in our own rows."""

_VALUES = """
    default k8s.io moby plugins.moby buildkit buildkit_history moby_history system
    overlayfs native btrfs erofs blockfile devmapper zfs windows windows-lcow fuse-overlayfs
    stargz soci nydus overlaybd
    io.containerd.runc.v1 io.containerd.runc.v2 io.containerd.runtime.v1.linux
    io.containerd.runsc.v1 io.containerd.kata.v2 io.containerd.runhcs.v1 runc crun runsc kata
    linux/amd64 linux/386 linux/arm64 linux/arm64/v8 linux/arm/v5 linux/arm/v6 linux/arm/v7
    linux/ppc64le linux/s390x linux/riscv64 linux/mips64le windows/amd64 unknown/unknown
    podsandbox shim managed pinned container sandbox pod node host target none true false yes no
    application/vnd.oci.image.manifest.v1+json application/vnd.oci.image.index.v1+json
    application/vnd.oci.image.config.v1+json application/vnd.oci.image.layer.v1.tar
    application/vnd.oci.image.layer.v1.tar+gzip application/vnd.oci.image.layer.v1.tar+zstd
    application/vnd.docker.distribution.manifest.v2+json
    application/vnd.docker.distribution.manifest.list.v2+json
    application/vnd.docker.container.image.v1+json
    application/vnd.docker.image.rootfs.diff.tar.gzip
    application/vnd.docker.image.rootfs.diff.tar application/vnd.in-toto+json
    1.0.0 1.0.1 1.0.2 1.0.2-dev 1.1.0 1.1.0+dev 1.2.0 1.2.0+dev 1.2.1 1.3.0 v1
    bind proc tmpfs devpts sysfs mqueue cgroup cgroup2 overlay ro rw rbind rprivate private rshared
    shared rslave slave nosuid noexec nodev relatime strictatime newinstance
    mount uts ipc pid network user time rwm rw rm r w m c b p u a
    /proc /dev /dev/pts /dev/shm /dev/mqueue /sys /sys/fs/cgroup /run rootfs
    /proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list
    /proc/timer_stats /proc/sched_debug /sys/firmware /proc/scsi /proc/bus /proc/fs /proc/irq
    /proc/sys /proc/sysrq-trigger /sys/devices/virtual/powercap
    /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/console /dev/ptmx
    mode=755 mode=1777 mode=0620 ptmxmode=0666 gid=5 size=65536k
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE
    RLIMIT_NICE RLIMIT_NOFILE RLIMIT_NPROC RLIMIT_RSS RLIMIT_STACK
    CAP_AUDIT_CONTROL CAP_AUDIT_READ CAP_AUDIT_WRITE CAP_BLOCK_SUSPEND CAP_BPF
    CAP_CHECKPOINT_RESTORE CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID
    CAP_IPC_LOCK CAP_IPC_OWNER CAP_KILL CAP_LEASE CAP_LINUX_IMMUTABLE CAP_MAC_ADMIN
    CAP_MAC_OVERRIDE CAP_MKNOD CAP_NET_ADMIN CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_RAW
    CAP_PERFMON CAP_SETFCAP CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYSLOG CAP_SYS_ADMIN
    CAP_SYS_BOOT CAP_SYS_CHROOT CAP_SYS_MODULE CAP_SYS_NICE CAP_SYS_PACCT CAP_SYS_PTRACE
    CAP_SYS_RAWIO CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_WAKE_ALARM
    SIGTERM SIGKILL SIGINT SIGQUIT SIGHUP SIGUSR1 SIGUSR2 SIGRTMIN+3
    SCMP_ACT_ALLOW SCMP_ACT_ERRNO SCMP_ACT_KILL SCMP_ACT_TRAP SCMP_ARCH_X86_64 SCMP_ARCH_X86
    SCMP_ARCH_X32 SCMP_ARCH_AARCH64 SCMP_ARCH_ARM
"""
_STATES = {"not known", "wrong size", "in progress", "no data", "Active", "Committed", "View"}
VALUES = frozenset(_VALUES.split()) | _STATES
"""Values that containerd, a runtime or a specification gives, and no user."""

ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})
"""What stands before the colon of a digest."""
