package org.flatgaze.runtime.capture;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.flatgaze.calibration.camera.PatternFolder;
import org.flatgaze.calibration.camera.PatternPlan;
import org.flatgaze.calibration.camera.PatternScreen;
import org.flatgaze.calibration.camera.Shot;

/**
 * Shows patterns on any screen with a browser: the page asks for the next pattern and says when it is painted. It serves that
 * page and the patterns, nothing of the camera. {@link #show} is for one thread.
 */
public final class ScreenPage implements PatternScreen, AutoCloseable {

    /** The page asks again by itself. */
    private static final long ASK_AGAIN_NANOS = 10_000_000_000L;

    private static final int NOTHING = -1;

    private final PatternPlan plan;
    private final Duration patience;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private int wanted = NOTHING;
    private int shown = NOTHING;
    private long shownNanos;

    /**
     * Serves from now on.
     *
     * @param address where; port 0 takes a free one
     * @param patience how long a pattern may take to be shown, the first one included
     * @throws IOException if nothing can be served there; one line
     */
    public ScreenPage(InetSocketAddress address, PatternPlan plan, Duration patience) throws IOException {
        this.plan = plan;
        this.patience = patience;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException(
                    address + ": the screen's page cannot be served there (" + e.getMessage() + "); name another port",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::page);
        server.createContext("/next", this::next);
        server.createContext("/pattern", this::pattern);
        server.start();
    }

    /** Where a browser finds it. */
    public URI address() {
        InetSocketAddress at = server.getAddress();
        String host = at.getAddress().isAnyLocalAddress() ? "localhost" : at.getHostString();
        return URI.create("http://" + host + ":" + at.getPort() + "/");
    }

    @Override
    public synchronized long show(Shot shot, int position) throws IOException {
        wanted = position;
        notifyAll();
        long end = System.nanoTime() + patience.toNanos();
        while (shown != position) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new IOException("no screen showed pattern " + shot.name(position) + " within "
                        + patience.toSeconds()
                        + " s; open " + address() + " on the screen in front of the camera, click it, and run the same"
                        + " command: what was taken is kept");
            }
            await(left);
        }
        return shownNanos;
    }

    private synchronized void await(long nanos) throws IOException {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the screen", e);
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            answer(exchange, 404, "text/plain", new byte[0]);
            return;
        }
        try (InputStream in = ScreenPage.class.getResourceAsStream("screen.html")) {
            answer(exchange, 200, "text/html; charset=utf-8", in.readAllBytes());
        }
    }

    /** The page says what it shows and waits here for something else. */
    private void next(HttpExchange exchange) throws IOException {
        int now = number(exchange, "shown=");
        int next;
        synchronized (this) {
            if (now != NOTHING && now == wanted && now != shown) {
                shown = now;
                shownNanos = System.nanoTime();
                notifyAll();
            }
            long end = System.nanoTime() + ASK_AGAIN_NANOS;
            for (long left = ASK_AGAIN_NANOS; wanted == now && left > 0; left = end - System.nanoTime()) {
                await(left);
            }
            next = wanted;
        }
        if (next == now) {
            answer(exchange, 204, null, new byte[0]);
        } else {
            answer(exchange, 200, "text/plain", Integer.toString(next).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void pattern(HttpExchange exchange) throws IOException {
        int position = number(exchange, "position=");
        if (position < 0 || position >= plan.shots().size()) {
            answer(exchange, 404, "text/plain", new byte[0]);
        } else {
            answer(exchange, 200, "image/png", PatternFolder.png(plan, position));
        }
    }

    private static int number(HttpExchange exchange, String key) {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        try {
            return query.startsWith(key) ? Integer.parseInt(query.substring(key.length())) : NOTHING;
        } catch (NumberFormatException _) {
            return NOTHING;
        }
    }

    private static void answer(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        try (exchange) {
            if (type != null) {
                exchange.getResponseHeaders().set("Content-Type", type);
            }
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
