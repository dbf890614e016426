package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class LatencyPageTest {

    @Test
    void shouldBeWellFormedAndHoldFourDrawings() throws Exception {
        BenchReport report = SmallReports.report(BenchMode.PACED, 2.0, 2.5, 3.0);
        List<Baseline.Movement> moved = List.of(new Baseline.Movement("fps", 300, 200, 9, true));
        Document page = parse(LatencyPage.html(report, moved));
        assertEquals(4, page.getElementsByTagName("svg").getLength());
        assertTrue(page.getElementsByTagName("rect").getLength() > 20);
        assertTrue(page.getDocumentElement().getTextContent().contains("a <b> & \"c\""));
        assertTrue(page.getDocumentElement().getTextContent().contains("worse"));
    }

    @Test
    void shouldNeedNothingFromOutside() {
        String page = LatencyPage.html(SmallReports.report(BenchMode.PACED, 2.0), List.of());
        assertFalse(page.contains("src="), "no files");
        assertFalse(page.contains("href="), "no links");
        assertFalse(page.contains("<script"), "no scripts");
        assertFalse(page.replace("http://www.w3.org/2000/svg", "").contains("http"), "no addresses");
        assertTrue(page.contains("prefers-color-scheme:dark"));
    }

    @Test
    void shouldShowAnEmptyRun() throws Exception {
        Measurement nothing = SmallReports.run(SmallReports.recorder(), 0, Double.NaN);
        Document page = parse(LatencyPage.html(SmallReports.report(BenchMode.PACED, List.of(nothing)), List.of()));
        assertTrue(page.getDocumentElement().getTextContent().contains("No samples."));
    }

    @Test
    void shouldListMissesOutsideStallsWithWhatTookTheirTime() throws Exception {
        Measurement run = SmallReports.run(SmallReports.recorder(5, 30_000_000, -1, 5), 4, 0.02);
        BenchReport report = SmallReports.report(BenchMode.PACED, List.of(run));
        String text =
                parse(LatencyPage.html(report, List.of())).getDocumentElement().getTextContent();
        assertTrue(text.contains("Missed deadlines outside stalls"));
        assertTrue(text.contains("28.40"), "publishing, ms");
        assertTrue(report.text().contains("{no sample=1, publish=1}"), report::text);
    }

    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
    }
}
