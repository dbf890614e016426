package org.flatgaze.runtime.service;

import java.util.Locale;
import java.util.Optional;

/**
 * Notices a source that is slower than asked, and a machine that is slower than its source; each is said once, and again when
 * it has been well in between. One thread.
 */
final class RateWatch {

    private static final long WINDOW_NANOS = 5_000_000_000L;

    /** Share of the asked rate below which a source is slow. */
    private static final double SLOW_BELOW = 0.9;

    /** Share of frames without a direction above which it is no hiccup. */
    private static final double LOST_ABOVE = 0.05;

    private final double asked;
    private long begun;
    private long captured;
    private long lost;
    private boolean slowSaid;
    private boolean lostSaid;

    /**
     * Begins to watch.
     *
     * @param asked frames per second that were asked for
     */
    RateWatch(double asked, long now) {
        this.asked = asked;
        this.begun = now;
    }

    /**
     * Looks at counters that only grow.
     *
     * @param capturedNow frames the source delivered
     * @param lostNow frames replaced or overtaken by a newer one or given up because they were late
     * @return one line for people, if there is news
     */
    Optional<String> look(long capturedNow, long lostNow, long now) {
        long window = now - begun;
        if (window < WINDOW_NANOS) {
            return Optional.empty();
        }
        long frames = capturedNow - captured;
        double share = frames == 0 ? 0 : (lostNow - lost) / (double) frames;
        double rate = frames / (window * 1e-9);
        begun = now;
        captured = capturedNow;
        lost = lostNow;
        // No frame at all is silence, which is told elsewhere.
        boolean slow = frames > 0 && rate < SLOW_BELOW * asked;
        boolean behind = share > LOST_ABOVE;
        boolean slowIsNews = slow && !slowSaid;
        boolean behindIsNews = behind && !lostSaid;
        slowSaid = slow;
        lostSaid = behind;
        if (behindIsNews) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "this machine does not hold %.0f frames/s: %.0f %% of the last frames were replaced by newer ones or late;"
                            + " lower source.rate or choose a faster pipeline.gazeModel",
                    rate,
                    100 * share));
        }
        return slowIsNews
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "the source delivers %.0f frames/s, not %.0f; set source.rate to that, deadlines follow it",
                        rate,
                        asked))
                : Optional.empty();
    }
}
