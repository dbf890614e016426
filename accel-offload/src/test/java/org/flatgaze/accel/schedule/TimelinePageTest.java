package org.flatgaze.accel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.Presets;
import org.junit.jupiter.api.Test;

final class TimelinePageTest {

    @Test
    void shouldShowBothProgramsAndStallsWhenPartial() {
        TimeMultiplexer multiplexer = new TimeMultiplexer(Presets.byId(Presets.EYECOD_FIT));
        String page = TimelinePage.of(List.of(
                multiplexer.plan(PlanKind.TIME_MULTIPLEXED, Spread.EVEN),
                multiplexer.plan(PlanKind.PARTIAL, Spread.EVEN)));
        assertTrue(page.contains("data-t='gaze head (pwconv 352-&gt;1984, 3x5)"));
        assertTrue(page.contains("data-t='segmentation "));
        assertTrue(page.contains("waiting for weights"));
        assertTrue(page.contains("class='wait-a'"));
        assertTrue(page.contains("prefers-color-scheme: dark"));
        assertTrue(page.contains("Fitted to published results: activationBytesPerCycle"));
        assertFalse(page.contains("NaN"));
        assertFalse(page.contains("http"), "self-contained");
        assertEquals(page.split("<svg", -1).length, page.split("</svg>", -1).length);
    }

    @Test
    void shouldEscapeWhenANameHasMarkup() {
        AcceleratorProfile odd = Presets.byId(Presets.EYECOD_FIT).with("name", "<b>&'x");
        String page = TimelinePage.of(List.of(new TimeMultiplexer(odd).plan(PlanKind.PARTIAL, Spread.EVEN)));
        assertFalse(page.contains("<b>&'x"));
        assertTrue(page.contains("&lt;b&gt;&amp;&#39;x"));
    }

    @Test
    void shouldRefuseWhenThereIsNoPlan() {
        assertThrows(IllegalArgumentException.class, () -> TimelinePage.of(List.of()));
    }
}
