package org.flatgaze.runtime.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.flatgaze.calibration.camera.PatternFolder;
import org.flatgaze.calibration.camera.PatternPlan;
import org.junit.jupiter.api.Test;

class ScreenPageTest {

    private static final PatternPlan PLAN = new PatternPlan(8);
    private static final long DEADLINE_SECONDS = 60;

    private final HttpClient browser = HttpClient.newHttpClient();

    @Test
    void shouldWaitForThePageToShowAPatternBeforeItCounts() throws Exception {
        try (ScreenPage page = page(Duration.ofSeconds(DEADLINE_SECONDS))) {
            assertTrue(text(page, "").contains("click here"));
            FutureTask<Long> shown =
                    new FutureTask<>(() -> page.show(PLAN.shots().get(5), 5));
            Thread.ofPlatform().daemon().start(shown);
            assertEquals("5", text(page, "next?shown=-1"));
            assertArrayEquals(PatternFolder.png(PLAN, 5), get(page, "pattern?position=5"));
            long painted = System.nanoTime();
            assertTrue(!shown.isDone(), "counted before it was shown");
            FutureTask<String> next = new FutureTask<>(() -> text(page, "next?shown=5"));
            Thread.ofPlatform().daemon().start(next);
            assertTrue(shown.get(DEADLINE_SECONDS, TimeUnit.SECONDS) >= painted);
            FutureTask<Long> second =
                    new FutureTask<>(() -> page.show(PLAN.shots().get(6), 6));
            Thread.ofPlatform().daemon().start(second);
            assertEquals("6", next.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
            second.cancel(true);
        }
    }

    @Test
    void shouldServeNothingElseAndSayWhenNobodyShowsAPattern() throws Exception {
        try (ScreenPage page = page(Duration.ofMillis(1))) {
            for (String path : new String[] {"etc/passwd", "pattern?position=99", "pattern?position=x", "pattern"}) {
                assertEquals(404, ask(page, path).statusCode(), path);
            }
            String line = assertThrows(
                            IOException.class, () -> page.show(PLAN.shots().get(1), 1))
                    .getMessage();
            assertTrue(line.contains("no screen showed pattern 0001-left-000-pos"), line);
            assertTrue(line.contains(page.address().toString()), line);
            IOException taken = assertThrows(IOException.class, () -> {
                try (ScreenPage _ = new ScreenPage(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), page.address().getPort()),
                        PLAN,
                        Duration.ofSeconds(1))) {
                    throw new AssertionError("two pages at one address");
                }
            });
            assertTrue(taken.getMessage().contains("name another port"), taken.getMessage());
        }
    }

    private static ScreenPage page(Duration patience) throws IOException {
        return new ScreenPage(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), PLAN, patience);
    }

    private String text(ScreenPage page, String path) throws IOException, InterruptedException {
        return new String(get(page, path), StandardCharsets.UTF_8);
    }

    private byte[] get(ScreenPage page, String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = ask(page, path);
        assertEquals(200, response.statusCode(), path);
        return response.body();
    }

    private HttpResponse<byte[]> ask(ScreenPage page, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(page.address().resolve(path))
                .timeout(Duration.ofSeconds(DEADLINE_SECONDS))
                .build();
        return browser.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
}
