package org.flatgaze.runtime.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pictures of OpenEDS 2019, semantic segmentation. Who wore the device stands in
 * {@code OpenEDS_SPLIT_userID_mapping_to_images.json}, a list of objects with {@code id} and the file names, beside the split
 * or up to two folders above it; without that file all pictures are one person's.
 */
final class OpenEdsMasks {

    /** So spelled in the published files; the proper spelling is read too. */
    private static final List<String> LISTS = List.of("semantic_segmenation_images", "semantic_segmentation_images");

    private OpenEdsMasks() {}

    /**
     * Lists the pictures by name.
     *
     * @throws IOException if there are none, one has no labels, or the file of the people cannot be used; one line
     */
    static List<OpenEdsPicture> list(OpenEdsFolder source) throws IOException {
        Path labels = source.labels();
        List<Path> files = pictures(source.folder().resolve(source.layout().pictures()));
        Map<String, Integer> people = people(source);
        // Wearers that the file does not know share the number behind the last.
        int unknown = (int) people.values().stream().distinct().count();
        List<OpenEdsPicture> pictures = new ArrayList<>(files.size());
        List<Path> bare = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            Path label = labels.resolve(name.substring(0, name.length() - ".png".length()) + ".npy");
            if (!Files.exists(label)) {
                bare.add(label);
            }
            int person = source.split().firstPerson() + people.getOrDefault(name, unknown);
            pictures.add(new OpenEdsPicture(file, person, label, null));
        }
        if (!bare.isEmpty()) {
            throw new IOException(bare.size() + " of " + files.size() + " pictures have no labels, the first lacks "
                    + bare.getFirst() + "; put it there, or take the picture away");
        }
        return pictures;
    }

    /** The PNG files of a folder, by name. */
    static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(file -> file.getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .endsWith(".png"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IOException(folder + " holds no picture; expected PNG files");
            }
            return files;
        }
    }

    private static Map<String, Integer> people(OpenEdsFolder source) throws IOException {
        String name = "OpenEDS_" + source.split().key() + "_userID_mapping_to_images.json";
        Path folder = source.folder().toAbsolutePath().normalize();
        for (int up = 0; up <= 2 && folder != null; up++, folder = folder.getParent()) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                return people(file);
            }
        }
        return Map.of();
    }

    private static Map<String, Integer> people(Path file) throws IOException {
        JsonNode users;
        try {
            users = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage() + "; replace it, or take it away", e);
        }
        Map<String, Integer> people = new HashMap<>();
        int person = 0;
        for (JsonNode user : users) {
            for (String list : LISTS) {
                for (JsonNode picture : user.path(list)) {
                    people.put(picture.asText(), person);
                }
            }
            person++;
        }
        if (people.isEmpty()) {
            throw new IOException(file + " names no pictures; expected a list of objects with " + LISTS.getFirst()
                    + "; take it away");
        }
        return people;
    }
}
