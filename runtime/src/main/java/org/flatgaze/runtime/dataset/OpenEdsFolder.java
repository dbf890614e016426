package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;

/**
 * One split of an OpenEDS folder as its owner unpacked it. The layouts are those that public programs for the data read; tried
 * only on small files of that layout, since the data itself may not be passed on.
 *
 * @param folder of the split, with {@code images} or {@code sequences} in it
 * @param layout which of the two data sets it is
 * @param split which split it is
 */
record OpenEdsFolder(Path folder, Layout layout, Split split) {

    /** Which data set a folder is of. */
    enum Layout {
        /** OpenEDS 2019, semantic segmentation: {@code images/ID.png} and {@code labels/ID.npy}. */
        SEGMENTATION_2019("openeds-2019", "images"),
        /** OpenEDS 2020, gaze prediction: {@code sequences/ID/FRAME.png} and {@code labels/ID.txt}. */
        GAZE_2020("openeds-2020", "sequences");

        private final String key;
        private final String pictures;

        Layout(String key, String pictures) {
            this.key = key;
            this.pictures = pictures;
        }

        /** Word in the manifest. */
        String key() {
            return key;
        }

        /** Name of the folder of pictures, by which the data set is told. */
        String pictures() {
            return pictures;
        }

        private static Layout of(Path folder) {
            for (Layout layout : values()) {
                if (Files.isDirectory(folder.resolve(layout.pictures))) {
                    return layout;
                }
            }
            return null;
        }
    }

    /**
     * Finds the split that is meant.
     *
     * @param dir a split's folder, the folder of the splits, or the one above that
     * @param wanted the split, or null for the one {@code dir} names, else train
     * @throws IOException if there is none, or more than one; one line
     */
    static OpenEdsFolder find(Path dir, Split wanted) throws IOException {
        if (!Files.isDirectory(dir)) {
            throw new IOException(dir + " is no folder; name the one OpenEDS was unpacked to");
        }
        Layout own = Layout.of(dir);
        return own != null ? ofSplitFolder(dir, own, wanted) : ofRoot(dir, wanted == null ? Split.TRAIN : wanted);
    }

    private static OpenEdsFolder ofSplitFolder(Path dir, Layout layout, Split wanted) throws IOException {
        Split named = splitOf(dir.toAbsolutePath().normalize().getFileName().toString());
        if (named == null && wanted == null) {
            throw new IOException(
                    dir + " does not say by its name which split it is; add --split train, validation or test");
        }
        if (named != null && wanted != null && named != wanted) {
            throw new IOException(dir + " is the " + named.key() + " split; leave --split " + wanted.key()
                    + " out, or name another folder");
        }
        return new OpenEdsFolder(dir, layout, named == null ? wanted : named);
    }

    private static OpenEdsFolder ofRoot(Path dir, Split wanted) throws IOException {
        List<Path> roots = new ArrayList<>();
        roots.add(dir);
        try (Stream<Path> entries = Files.list(dir)) {
            entries.filter(Files::isDirectory).sorted().forEach(roots::add);
        }
        Map<Path, List<String>> found = new LinkedHashMap<>();
        List<OpenEdsFolder> matching = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> entries = Files.list(root)) {
                for (Path folder : entries.filter(Files::isDirectory).sorted().toList()) {
                    Split split = splitOf(folder.getFileName().toString());
                    Layout layout = Layout.of(folder);
                    if (split != null && layout != null) {
                        found.computeIfAbsent(root, r -> new ArrayList<>()).add(split.key());
                        if (split == wanted) {
                            matching.add(new OpenEdsFolder(folder, layout, split));
                        }
                    }
                }
            }
        }
        if (found.isEmpty()) {
            throw new IOException(
                    dir + " holds neither images (OpenEDS 2019, semantic segmentation) nor sequences (OpenEDS"
                            + " 2020, gaze prediction), also not under train, validation or test");
        }
        if (found.size() > 1) {
            throw new IOException(dir + " holds several data sets; name one of " + found.keySet());
        }
        if (matching.isEmpty()) {
            throw new IOException(dir + " has no " + wanted.key() + " folder, only "
                    + String.join(", ", found.values().iterator().next()) + "; choose with --split");
        }
        return matching.getFirst();
    }

    private static Split splitOf(String name) {
        for (Split split : Split.values()) {
            if (split.key().equals(name.toLowerCase(Locale.ROOT))) {
                return split;
            }
        }
        return null;
    }

    /** Folder of the labels. */
    Path labels() throws IOException {
        Path labels = folder.resolve("labels");
        if (!Files.isDirectory(labels)) {
            throw new IOException(folder + " has no folder labels, without which nothing can be learned or judged");
        }
        return labels;
    }
}
