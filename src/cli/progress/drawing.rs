//! A thread of its own that draws. Those who work note what has changed and go on: a terminal
//! that takes nothing (Ctrl-S, a pipe that nobody reads) holds up the drawing and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cli::terminal::MOMENT;

/// Time between two looks at what has changed.
const PAUSE: Duration = Duration::from_millis(100);
/// What is told at the first signal.
const STOPPING: &str = "stopping; what is done is kept (again to stop at once)";

/// A scene that others change and a thread draws.
pub struct Drawing<Scene> {
    desk: Arc<Desk<Scene>>,
}

/// Where those who work and the one who draws meet. The lock is never held while drawing.
struct Desk<Scene> {
    sheet: Mutex<Sheet<Scene>>,
    news: Condvar,
}

struct Sheet<Scene> {
    scene: Scene,
    /// Lines to be told, in their order.
    lines: Vec<String>,
    /// Whether the next drawing is the last.
    closing: bool,
    /// Whether nothing is drawn any more.
    closed: bool,
    /// Whether nobody waits for the last drawing any more.
    abandoned: bool,
}

/// What one look at the desk gives.
struct View<Scene> {
    scene: Scene,
    lines: Vec<String>,
    last: bool,
}

impl<Scene: Clone + Send + 'static> Drawing<Scene> {
    /// Starts a thread that hands the scene and the lines that are new to `draw`, some times a
    /// second. `interrupted` is watched too: the user is told that the work is about to stop.
    /// Where the system has no thread to give, nothing is drawn.
    pub fn new(
        scene: Scene,
        interrupted: &'static AtomicBool,
        draw: impl FnMut(&Scene, &[String]) + Send + 'static,
    ) -> Self {
        let sheet = Sheet {
            scene,
            lines: Vec::new(),
            closing: false,
            closed: false,
            abandoned: false,
        };
        let desk = Arc::new(Desk {
            sheet: Mutex::new(sheet),
            news: Condvar::new(),
        });
        let seen = Arc::clone(&desk);
        let thread = thread::Builder::new().name("drawing".to_owned());
        if thread
            .spawn(move || seen.draw_all(interrupted, draw))
            .is_err()
        {
            desk.lock().closed = true;
        }
        Drawing { desk }
    }

    /// Changes the scene and adds lines to be told.
    pub fn change(&self, change: impl FnOnce(&mut Scene, &mut Vec<String>)) {
        let mut sheet = self.desk.lock();
        let Sheet { scene, lines, .. } = &mut *sheet;
        change(scene, lines);
    }

    /// Asks for the last drawing and waits for it, but no longer than a moment.
    pub fn finish(&self) {
        let mut sheet = self.desk.lock();
        sheet.closing = true;
        self.desk.news.notify_all();
        let waited = self
            .desk
            .news
            .wait_timeout_while(sheet, MOMENT, |sheet| !sheet.closed);
        let (mut sheet, _) = waited.unwrap_or_else(PoisonError::into_inner);
        sheet.abandoned = true;
    }
}

impl<Scene: Clone> Desk<Scene> {
    fn draw_all(&self, interrupted: &AtomicBool, mut draw: impl FnMut(&Scene, &[String])) {
        let mut told = false;
        loop {
            let mut view = self.look();
            if !told && !view.last && interrupted.load(Ordering::Relaxed) {
                view.lines.push(STOPPING.to_owned());
                told = true;
            }
            draw(&view.scene, &view.lines);
            let mut sheet = self.lock();
            if sheet.abandoned {
                // Others write to the terminal by now. Bars that are dropped would draw once
                // more, over what these have written.
                std::mem::forget(draw);
                return;
            }
            if view.last {
                sheet.closed = true;
                self.news.notify_all();
                return;
            }
        }
    }

    /// The next look: after a pause, or at once if it is the last.
    fn look(&self) -> View<Scene> {
        let waited = self
            .news
            .wait_timeout_while(self.lock(), PAUSE, |sheet| !sheet.closing);
        let (mut sheet, _) = waited.unwrap_or_else(PoisonError::into_inner);
        View {
            scene: sheet.scene.clone(),
            lines: std::mem::take(&mut sheet.lines),
            last: sheet.closing,
        }
    }

    /// Whoever panicked with the lock has left nothing half done that matters.
    fn lock(&self) -> MutexGuard<'_, Sheet<Scene>> {
        self.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    static INTERRUPTED: AtomicBool = AtomicBool::new(true);
    static QUIET: AtomicBool = AtomicBool::new(false);

    /// A scene and its lines, as they were drawn.
    type Drawn = (u32, Vec<String>);

    /// A drawing that takes its time: each one waits for a word.
    fn slow() -> (Drawing<u32>, Sender<()>, Receiver<Drawn>) {
        let (go, may_go) = channel::<()>();
        let (drawn, seen) = channel();
        let draw = move |scene: &u32, lines: &[String]| {
            let _ = drawn.send((*scene, lines.to_vec()));
            let _ = may_go.recv();
        };
        (Drawing::new(0, &QUIET, draw), go, seen)
    }

    #[test]
    fn changes_wait_for_no_drawing_and_none_of_their_lines_is_lost() {
        let (drawing, go, seen) = slow();
        // The first drawing has begun and does not end.
        seen.recv().unwrap();
        for number in 1..=1000 {
            drawing.change(|scene, lines| {
                *scene = number;
                lines.push(number.to_string());
            });
        }
        drop(go);
        drawing.finish();
        let (scenes, lines): (Vec<u32>, Vec<_>) = seen.into_iter().unzip();
        assert_eq!(scenes.last(), Some(&1000));
        let expected: Vec<String> = (1..=1000).map(|number: u32| number.to_string()).collect();
        assert_eq!(lines.concat(), expected);
    }

    #[test]
    fn a_drawing_that_never_ends_is_not_waited_for_and_not_followed_by_another() {
        let (drawing, go, seen) = slow();
        seen.recv().unwrap();
        drawing.finish();
        drop(go);
        while Arc::strong_count(&drawing.desk) > 1 {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(seen.try_iter().count(), 0);
    }

    #[test]
    fn an_interruption_is_told_once() {
        let (drawn, seen) = channel();
        let draw = move |_: &(), lines: &[String]| {
            let _ = drawn.send(lines.to_vec());
        };
        let drawing = Drawing::new((), &INTERRUPTED, draw);
        let first = [seen.recv().unwrap(), seen.recv().unwrap()].concat();
        drawing.finish();
        assert_eq!(first, [STOPPING]);
        assert_eq!(seen.into_iter().flatten().count(), 0);
    }
}
