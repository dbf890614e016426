package org.flatgaze.runtime.loop;

import java.util.function.Consumer;
import org.flatgaze.accel.fallback.FallbackListener;

/** Hears what the backend of a run has to tell. Called on several threads: take note and return at once. */
public interface BackendListener extends FallbackListener {

    /** Hears nothing. */
    BackendListener NONE = saying(line -> {});

    /** Hands every line on. */
    static BackendListener saying(Consumer<String> say) {
        return new BackendListener() {
            @Override
            public void onNote(String line) {
                say.accept(line);
            }

            @Override
            public void onLost(String line) {
                say.accept(line);
            }

            @Override
            public void onReturned(String line) {
                say.accept(line);
            }
        };
    }

    /** One line for people, such as before something slow. */
    void onNote(String line);
}
