//! Waiting for an instant of the wall clock, whichever way the clock gets there.

use std::time::Duration;

use super::Clock;
use crate::instant::Instant;

/// Waits for instants. On Linux the kernel counts by the wall clock itself and says when that is set; elsewhere, and where it gives no
/// such timer, it is waited in short stretches.
pub(in crate::daemon) struct Timer {
    clock: Clock,
    #[cfg(target_os = "linux")]
    kernel: Option<kernel::Timer>,
}

/// The longest stretch waited without the kernel's help: a clock that is set is noticed this soon.
const STRETCH: Duration = Duration::from_millis(500);

impl Timer {
    /// A timer over this clock. To be made within a runtime.
    pub(in crate::daemon) fn new(clock: Clock) -> Self {
        Self {
            clock,
            #[cfg(target_os = "linux")]
            kernel: kernel::Timer::new().inspect_err(|error| tracing::debug!("no timer of the kernel: {error}")).ok(),
        }
    }

    /// Returns once `at` has come, or sooner: for a clock that is set, for one that is not believed, or after `most`.
    pub(in crate::daemon) async fn wait(&mut self, at: Instant, most: Duration) {
        let left = at.since(self.clock.now());
        #[cfg(target_os = "linux")]
        if let Some(kernel) = &mut self.kernel
            && self.clock.jump().is_none()
        {
            let _ = tokio::time::timeout(most, kernel.wait(at)).await;
            return;
        }
        tokio::time::sleep(left.min(most).min(STRETCH)).await;
    }
}

#[cfg(target_os = "linux")]
mod kernel {
    use std::fs::File;
    use std::io;

    use rustix::io::Errno;
    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime};
    use tokio::net::unix::pipe::Receiver;

    use crate::instant::Instant;

    /// A timer of the kernel over the wall clock. It is read as a pipe is: eight bytes once it is due.
    pub(super) struct Timer(Receiver);

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Ok(Self(Receiver::from_file_unchecked(File::from(timer))?))
        }

        /// Returns when the wall clock says `at`, and at once when it is set.
        pub(super) async fn wait(&mut self, at: Instant) -> io::Result<()> {
            // All zeros would mean that nothing is armed.
            let millis = at.as_millis().max(1);
            let it_value = Timespec { tv_sec: millis / 1000, tv_nsec: (millis % 1000) * 1_000_000 };
            let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value };
            match timerfd_settime(&self.0, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &once) {
                Ok(_) => {}
                // The clock was set since the timer was armed last.
                Err(Errno::CANCELED) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            loop {
                self.0.readable().await?;
                match self.0.try_read(&mut [0; 8]) {
                    Ok(_) => return Ok(()),
                    Err(error) if error.raw_os_error() == Some(Errno::CANCELED.raw_os_error()) => return Ok(()),
                    // What was ready belonged to an instant that it waits for no longer.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}
