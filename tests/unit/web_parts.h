/* A form of many parts, as a browser sends it (RFC 7578). */
#ifndef WEB_PARTS_H
#define WEB_PARTS_H

#define B    "XbX"
#define PART "--" B "\r\nContent-Disposition: form-data; name=\""
#define FILE_PART(name, bytes)                                                 \
    PART "photos\"; filename=\"" name                                          \
         "\"\r\nContent-Type: image/jpeg\r\n\r\n" bytes "\r\n"
#define MULTIPART "Content-Type: multipart/form-data; boundary=" B "\r\n"

#endif
